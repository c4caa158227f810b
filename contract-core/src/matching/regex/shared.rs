//! Shares one compiled engine per regular expression between all plans.
//!
//! Contracts repeat their expressions: every interaction has the same pattern for a date or an identifier. An engine is
//! large (it caches its states), and compiling it costs more than the rest of a plan.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use super::text_regex::Engine;
use crate::Error;

/// Engines are dropped with their last user; dead entries are removed when the table has grown to this size.
const SWEEP_FROM: usize = 256;

/// Number of recent engines kept alive without a user: a test compiles a pattern to check it and drops it before the
/// plan is compiled.
const KEPT: usize = 32;

static IN_USE: LazyLock<Mutex<Table>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Table {
    engines: HashMap<String, Weak<Engine>>,
    sweep_at: usize,
    recent: VecDeque<Arc<Engine>>,
}

/// Returns the engine for this text, compiling it if no other plan has it.
pub(super) fn engine(
    text: &str,
    compile: impl FnOnce(&str) -> Result<Engine, Error>,
) -> Result<Arc<Engine>, Error> {
    let present = table().engines.get(text).and_then(Weak::upgrade);
    if let Some(engine) = present {
        return Ok(engine);
    }
    // Compile outside of the lock: if two threads compile the same pattern, the results are equal.
    let engine = Arc::new(compile(text)?);
    let mut table = table();
    if table.engines.len() >= table.sweep_at.max(SWEEP_FROM) {
        table.engines.retain(|_, engine| engine.strong_count() > 0);
        table.sweep_at = table.engines.len() * 2;
    }
    table.engines.insert(text.to_owned(), Arc::downgrade(&engine));
    if table.recent.len() == KEPT {
        table.recent.pop_front();
    }
    table.recent.push_back(Arc::clone(&engine));
    Ok(engine)
}

fn table() -> std::sync::MutexGuard<'static, Table> {
    // A panic during insertion or removal leaves the table valid.
    IN_USE.lock().unwrap_or_else(PoisonError::into_inner)
}
