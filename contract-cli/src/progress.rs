//! Progress of long work, on standard error.

use std::io::IsTerminal as _;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// How often a bar without steps is drawn.
const TICK: Duration = Duration::from_millis(100);

/// All bars of the program.
static BARS: LazyLock<MultiProgress> = LazyLock::new(|| {
    let target = if Surroundings::of_process().show_progress() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    MultiProgress::with_draw_target(target)
});

/// Whether the command line asks for no progress; set once, after it is parsed.
static SILENT: OnceLock<bool> = OnceLock::new();

/// What decides whether progress is shown.
#[derive(Debug, Clone, Copy)]
struct Surroundings {
    /// Standard error is a terminal.
    is_terminal: bool,
    /// `--quiet`, or an output for programs.
    is_silent: bool,
    /// A CI system runs the command.
    is_ci: bool,
}

impl Surroundings {
    fn of_process() -> Self {
        Self {
            is_terminal: std::io::stderr().is_terminal(),
            is_silent: SILENT.get().copied().unwrap_or(false),
            is_ci: std::env::var_os("CI").is_some(),
        }
    }

    fn show_progress(self) -> bool {
        self.is_terminal && !self.is_silent && !self.is_ci
    }
}

/// Shows no progress for the rest of the run.
pub(crate) fn silence() {
    // A second call would change nothing.
    let _ = SILENT.set(true);
}

/// Returns whether progress is shown.
pub(crate) fn is_shown() -> bool {
    !BARS.is_hidden()
}

/// Writes something while no bar is drawn.
pub(crate) fn without_bars<T>(write: impl FnOnce() -> T) -> T {
    BARS.suspend(write)
}

/// Progress of one piece of work. It is removed from the terminal when it is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Shows how many of these steps are done: `verifying ━━━━━━╸     120/400`.
    pub(crate) fn steps(what: &'static str, total: usize) -> Self {
        Self::of_steps(&BARS, what, total)
    }

    fn of_steps(bars: &MultiProgress, what: &'static str, total: usize) -> Self {
        let bar = bars.add(ProgressBar::new(total as u64));
        bar.set_style(styled("{msg} {bar:30} {pos}/{len}").progress_chars("━╸ "));
        bar.set_message(what);
        Self { bar }
    }

    /// Shows that work whose steps are not known goes on.
    pub(crate) fn unknown(what: &'static str) -> Self {
        let bar = BARS.add(ProgressBar::new_spinner());
        bar.set_style(styled("{spinner} {msg} ({elapsed})"));
        bar.set_message(what);
        bar.enable_steady_tick(TICK);
        Self { bar }
    }

    /// Shows the seconds left of a wait.
    pub(crate) fn wait(why: String, wait: Duration) -> Self {
        let left = move |state: &ProgressState, text: &mut dyn std::fmt::Write| {
            let left = wait.saturating_sub(state.elapsed()).as_secs_f32().ceil();
            // What cannot be written is not shown.
            let _ = write!(text, "{left} s");
        };
        let bar = BARS.add(ProgressBar::new_spinner());
        bar.set_style(styled("{spinner} {msg} {left}").with_key("left", left));
        bar.set_message(why);
        bar.enable_steady_tick(TICK);
        Self { bar }
    }

    /// Says how many steps are done.
    pub(crate) fn done(&self, steps: usize) {
        self.bar.set_position(steps as u64);
    }

    /// Says that one more step is done.
    pub(crate) fn one_more(&self) {
        self.bar.inc(1);
    }
}

/// Returns a callback for work that reports its own progress: the steps that are done, and all steps. The bar is removed
/// with the last step.
pub(crate) fn reported(what: &'static str) -> impl Fn(usize, usize) + Send + Sync {
    let progress: Mutex<Option<Progress>> = Mutex::new(None);
    move |done, total| {
        let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress
            .get_or_insert_with(|| Progress::steps(what, total))
            .done(done);
        if done == total {
            *progress = None;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn styled(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use indicatif::TermLike;

    use super::*;

    /// A terminal that keeps what is drawn.
    #[derive(Debug, Clone, Default)]
    struct Drawn(Arc<Mutex<Vec<String>>>);

    impl Drawn {
        fn push(&self, text: &str) {
            self.0.lock().unwrap().push(text.to_owned());
        }
    }

    impl TermLike for Drawn {
        fn width(&self) -> u16 {
            80
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.push(text);
            Ok(())
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.push(text);
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            self.push("<clear>");
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_bar_shows_what_is_done_and_is_removed_at_the_end() {
        let drawn = Drawn::default();
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(drawn.clone()), 255);
        let bars = MultiProgress::with_draw_target(target);
        let progress = Progress::of_steps(&bars, "verifying", 4);
        progress.done(1);
        std::thread::sleep(Duration::from_millis(20));
        progress.one_more();
        progress.bar.tick();
        drop(progress);
        let all = drawn.0.lock().unwrap().concat();
        assert!(all.contains("verifying ━━━━━━━━━━━━━━━"), "{all}");
        assert!(all.contains("2/4"), "{all}");
        let last = all.rsplit("2/4").next().unwrap();
        assert!(last.contains("<clear>"), "{all}");
    }

    #[test]
    fn progress_is_for_people_at_a_terminal() {
        let person = Surroundings {
            is_terminal: true,
            is_silent: false,
            is_ci: false,
        };
        assert!(person.show_progress());
        let others = [
            Surroundings {
                is_terminal: false,
                ..person
            },
            Surroundings {
                is_silent: true,
                ..person
            },
            Surroundings {
                is_ci: true,
                ..person
            },
        ];
        for surroundings in others {
            assert!(!surroundings.show_progress(), "{surroundings:?}");
        }
    }

    #[test]
    fn templates_are_valid() {
        for template in [
            "{msg} {bar:30} {pos}/{len}",
            "{spinner} {msg} ({elapsed})",
            "{spinner} {msg} {left}",
        ] {
            ProgressStyle::with_template(template).unwrap();
        }
    }
}
