//! What each port promises, asked of each adapter.

mod mailer;
mod search_index;
