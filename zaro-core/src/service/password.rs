//! Password hashes, on a bounded pool of their own (A4, A8).

use std::sync::{Condvar, Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{CustomizedPasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, Params};

use crate::error::{Error, Result};
use crate::policy::credential::PASSWORD_MAX_BYTES;
use crate::secrets::random;

/// A4: memory of one hash, in KiB.
const MEMORY_KIB: u32 = 19 * 1024;
/// A4: passes over that memory.
const PASSES: u32 = 2;
/// How much a hash yields to everything else (nice value): enough that a storm of sign-ins is not felt by those who read,
/// little enough that a machine full of readers still lets members in.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;
/// A4: how many may wait for their turn; one more is told to come back later.
pub const QUEUE: usize = 256;

/// What checking a password says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right.
    Right,
    /// It is right, and its hash is an imported one that should be replaced.
    RightButOld,
    /// It is wrong.
    Wrong,
}

/// Hashes on as many cores as the machine has, and no more at a time, whoever asks.
#[derive(Debug)]
pub struct PasswordPool {
    state: Mutex<State>,
    free: Condvar,
    dummy: std::sync::OnceLock<String>,
}

#[derive(Debug)]
struct State {
    slots: usize,
    waiting: usize,
}

impl PasswordPool {
    /// A pool of this many hashes at a time.
    pub const fn new(slots: usize) -> Self {
        Self { state: Mutex::new(State { slots, waiting: 0 }), free: Condvar::new(), dummy: std::sync::OnceLock::new() }
    }

    /// One hash at a time for each core.
    pub fn for_this_machine() -> Self {
        Self::new(std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
    }

    /// Runs `work` in its turn, on a thread of its own that yields to all others: a thread that was made to yield may not
    /// be brought back, and starting one costs a thousandth of a hash.
    fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.slots == 0 {
            if state.waiting >= QUEUE {
                return Err(Error::Unavailable {
                    what: "password hashing",
                    why: format!("{QUEUE} are waiting already"),
                });
            }
            state.waiting += 1;
            state = self.free.wait_while(state, |state| state.slots == 0).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        state.slots -= 1;
        drop(state);
        let slot = Slot(self);
        let value = std::thread::scope(|scope| {
            let hashing = std::thread::Builder::new().name("password".to_owned()).spawn_scoped(scope, || {
                yield_to_others();
                work()
            });
            let ended = hashing.map(std::thread::ScopedJoinHandle::join);
            ended.map_err(|error| Error::Unavailable { what: "password hashing", why: error.to_string() })
        });
        drop(slot);
        match value? {
            Ok(value) => Ok(value),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    /// A new hash as a PHC string.
    pub fn hash(&self, password: &str) -> Result<String> {
        self.run(|| hash_now(password, &random()))?
    }

    /// The hash with a given salt: for demo data that shall come out the same twice, never for a member's password.
    pub(crate) fn hash_salted(&self, password: &str, salt: &[u8; 16]) -> Result<String> {
        self.run(|| hash_now(password, salt))?
    }

    /// Whether the password belongs to the hash; without one, a dummy hash is checked, so that it takes as long (A8).
    pub fn verify(&self, password: &str, hash: Option<&str>) -> Result<Verdict> {
        if password.len() > PASSWORD_MAX_BYTES {
            return Ok(Verdict::Wrong);
        }
        let Some(hash) = hash else {
            let dummy = if let Some(dummy) = self.dummy.get() {
                dummy.clone()
            } else {
                // Kept only when it is one: anything else would answer at once, for as long as the process lives.
                let made = self.hash("nobody's password")?;
                self.dummy.get_or_init(|| made).clone()
            };
            self.run(|| verify_now(password, &dummy))?;
            return Ok(Verdict::Wrong);
        };
        self.run(|| verify_now(password, hash))
    }
}

/// Gives its place back, also when the work panics.
struct Slot<'a>(&'a PasswordPool);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).slots += 1;
        self.0.free.notify_one();
    }
}

/// Lets the thread run when no other wants to, nearly.
fn yield_to_others() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        // It hashes all the same.
        tracing::debug!(%error, "a hash runs like everything else");
    }
}

fn hash_now(password: &str, salt: &[u8; 16]) -> Result<String> {
    let failed = |error: &dyn std::fmt::Display| Error::Internal(format!("argon2id: {error}"));
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|error| failed(&error))?;
    let hash = Argon2::default()
        .hash_password_customized(password.as_bytes(), salt, None, None, params)
        .map_err(|error| failed(&error))?;
    Ok(hash.to_string())
}

fn verify_now(password: &str, hash: &str) -> Verdict {
    if hash.starts_with("$2") {
        // An imported hash; bcrypt itself looks at 72 bytes at most.
        return if bcrypt::verify(password, hash).unwrap_or(false) { Verdict::RightButOld } else { Verdict::Wrong };
    }
    let right =
        PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    if right { Verdict::Right } else { Verdict::Wrong }
}
