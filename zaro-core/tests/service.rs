//! Services, each against a database of its own.

mod account;
<<<<<<< HEAD
mod comment;
mod image;
mod post;
mod sweep;
=======
mod demo;
>>>>>>> bafb415 (core: Load a believable demo community)
