//! One compiled engine for each regular expression in use, however many plans use it.
//!
//! Contracts repeat their expressions: every interaction has the same pattern for a date or an identifier. An engine is
//! large (it keeps a cache of its states) and compiling it costs more than all the rest of a plan.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use super::text_regex::Engine;
use crate::Error;

/// Engines are dropped with their last user; entries that outlive them are swept out when the table has grown to this.
const SWEEP_FROM: usize = 256;

/// The last engines are kept without a user: a test states its pattern, checks it and lets it go before the plan is made.
const KEPT: usize = 32;

static IN_USE: LazyLock<Mutex<Table>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Table {
    engines: HashMap<String, Weak<Engine>>,
    sweep_at: usize,
    recent: VecDeque<Arc<Engine>>,
}

/// The engine for this text, compiled where no other plan has it.
pub(super) fn engine(
    text: &str,
    compile: impl FnOnce(&str) -> Result<Engine, Error>,
) -> Result<Arc<Engine>, Error> {
    let present = table().engines.get(text).and_then(Weak::upgrade);
    if let Some(engine) = present {
        return Ok(engine);
    }
    // Not under the lock: what two threads compile at once is the same.
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
    // An insertion or a sweep that panicked leaves a table that is still right.
    IN_USE.lock().unwrap_or_else(PoisonError::into_inner)
}
