//! The threads beside the requests: started once everything is open, stopped and joined at the end (J4, O3).

use std::thread::{Builder, JoinHandle};

use zaro_core::context::Context;
use zaro_core::service::mail;

/// All background threads of a process.
#[derive(Debug)]
pub struct Background {
    ctx: Context,
    threads: Vec<JoinHandle<()>>,
}

impl Background {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(ctx: &Context) -> std::io::Result<Self> {
        let mut background = Self { ctx: ctx.clone(), threads: Vec::new() };
        background.spawn("mail", mail::run_worker)?;
        Ok(background)
    }

    fn spawn(&mut self, name: &str, work: fn(&Context)) -> std::io::Result<()> {
        let ctx = self.ctx.clone();
        self.threads.push(Builder::new().name(name.to_owned()).spawn(move || work(&ctx))?);
        Ok(())
    }

    /// Tells the threads to end and waits for them; each finishes what it has in its hands.
    pub fn stop(self) {
        self.ctx.mail_bell.stop();
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a background thread had panicked");
            }
        }
    }
}
