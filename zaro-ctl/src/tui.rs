//! The screens: `zaro-ctl tui`.
//!
//! [`update::update`] is pure: a [`state::State`] and an [`event::Event`] give the next state and what has to be done
//! outside, as [`effect::Effect`]s. [`view::draw`] only reads the state. [`worker`] carries effects out on threads of its
//! own, by the services that the commands call too, and its answers come back as events; so nothing slow stands between
//! a key and its frame. [`runtime`] ties the three to a terminal.

pub mod decision;
pub mod effect;
pub mod event;
pub mod keymap;
pub mod runtime;
pub mod state;
pub mod text;
pub mod theme;
pub mod update;
pub mod view;
pub mod window;
pub mod worker;
