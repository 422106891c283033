//! The threads beside the requests: started once everything is open, stopped and joined at the end (J4, O3).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};

use zaro_core::config::SweepConfig;
use zaro_core::context::Context;
use zaro_core::service::bell::Bell;
use zaro_core::service::{export, mail, search, sweep};

/// All background threads of a process.
#[derive(Debug)]
pub struct Background {
    ctx: Context,
    stop: Arc<AtomicBool>,
    schedule: Arc<Bell>,
    threads: Vec<JoinHandle<()>>,
}

impl Background {
    /// Starts the mail worker, the export worker, the search worker, and the scheduler unless cron runs the jobs.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(ctx: &Context, jobs: SweepConfig) -> std::io::Result<Self> {
        let mut background =
            Self { ctx: ctx.clone(), stop: Arc::default(), schedule: Arc::default(), threads: Vec::new() };
        background.spawn("mail", mail::run_worker)?;
        let stop = Arc::clone(&background.stop);
        background.spawn("export", move |ctx| export::run_worker(ctx, &stop))?;
        background.spawn("search", search::run_worker)?;
        if jobs.scheduler {
            let (stop, bell) = (Arc::clone(&background.stop), Arc::clone(&background.schedule));
            background.spawn("scheduler", move |ctx| sweep::run_scheduler(ctx, jobs.lease, &bell, &stop))?;
        }
        Ok(background)
    }

    fn spawn(&mut self, name: &str, work: impl FnOnce(&Context) + Send + 'static) -> std::io::Result<()> {
        let ctx = self.ctx.clone();
        self.threads.push(Builder::new().name(name.to_owned()).spawn(move || work(&ctx))?);
        Ok(())
    }

    /// Lets no further job begin, and one that runs end with its batch and give its lease back: somebody else takes over
    /// while the last requests are still served (O3).
    pub fn stop_jobs(&self) {
        self.stop.store(true, Ordering::SeqCst);
        self.schedule.stop();
    }

    /// Tells the threads to end and waits for them; each finishes what it has in its hands, a sweep its batch.
    pub fn stop(self) {
        self.stop_jobs();
        self.ctx.mail_bell.stop();
        self.ctx.export_bell.stop();
        self.ctx.search_bell.stop();
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a background thread had panicked");
            }
        }
    }
}
