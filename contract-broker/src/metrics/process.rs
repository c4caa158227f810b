//! Metrics of the process: `process_*`, with the names that other Prometheus clients use. They are read from
//! `/proc` and therefore only exist on Linux.

use std::fmt;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric as _},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};

/// Ticks per second in `/proc`: the same on every Linux architecture that Rust's standard library supports.
const TICKS: f64 = 100.0;
/// Bytes per KiB, the unit of sizes in `/proc/self/status`.
const KIB: u64 = 1024;

/// Collects the metrics of the process.
#[derive(Debug)]
pub(super) struct Process;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Figures {
    cpu_seconds: f64,
    start_time_seconds: f64,
    resident_bytes: u64,
    virtual_bytes: u64,
    threads: u64,
    open_fds: u64,
    max_fds: u64,
}

impl Figures {
    fn read() -> Option<Self> {
        let file = |name: &str| std::fs::read_to_string(format!("/proc/{name}")).ok();
        let open_fds = std::fs::read_dir("/proc/self/fd").ok()?.count();
        Self::of(
            &file("self/stat")?,
            &file("self/status")?,
            &file("self/limits")?,
            &file("stat")?,
            // The descriptor that reads the folder is not counted.
            u64::try_from(open_fds).ok()?.saturating_sub(1),
        )
    }

    /// Parses the files, see proc(5).
    fn of(stat: &str, status: &str, limits: &str, system: &str, open_fds: u64) -> Option<Self> {
        // The name of the process, in parentheses, may contain anything.
        let (_, fields) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks = |index: usize| fields.get(index)?.parse::<f64>().ok();
        let line = |text: &str, name: &str| {
            let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
            rest.split_whitespace().next()?.parse::<u64>().ok()
        };
        let booted: f64 = system
            .lines()
            .find_map(|line| line.strip_prefix("btime "))?
            .trim()
            .parse()
            .ok()?;
        Some(Self {
            cpu_seconds: (ticks(11)? + ticks(12)?) / TICKS,
            start_time_seconds: booted + ticks(19)? / TICKS,
            resident_bytes: line(status, "VmRSS:")? * KIB,
            virtual_bytes: line(status, "VmSize:")? * KIB,
            threads: line(status, "Threads:")?,
            open_fds,
            max_fds: line(limits, "Max open files").unwrap_or(u64::MAX),
        })
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(figures) = Figures::read() else {
            return Ok(());
        };
        let counted = encoder.encode_descriptor(
            "process_cpu_seconds",
            "Processor time that the process used",
            None,
            MetricType::Counter,
        )?;
        ConstCounter::new(figures.cpu_seconds).encode(counted)?;
        let started = encoder.encode_descriptor(
            "process_start_time_seconds",
            "When the process started, in seconds since 1970",
            None,
            MetricType::Gauge,
        )?;
        ConstGauge::new(figures.start_time_seconds).encode(started)?;
        for (name, help, value) in [
            (
                "process_resident_memory_bytes",
                "Memory of the process that is resident",
                figures.resident_bytes,
            ),
            (
                "process_virtual_memory_bytes",
                "Memory that the process addresses",
                figures.virtual_bytes,
            ),
            ("process_threads", "Threads of the process", figures.threads),
            (
                "process_open_fds",
                "Files and sockets that the process has open",
                figures.open_fds,
            ),
            (
                "process_max_fds",
                "Files and sockets that the process may have open",
                figures.max_fds,
            ),
        ] {
            let gauge = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(value).encode(gauge)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_what_linux_writes() {
        let stat =
            "42 (a ) name) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 7 0 12345 1000 200 184467 1 1";
        let status = "Name:\tx\nVmSize:\t  2048 kB\nVmRSS:\t  1024 kB\nThreads:\t7\n";
        let limits = "Limit   Soft Limit  Hard Limit  Units\nMax open files            1024                 4096                 files\n";
        let system = "cpu 1 2 3\nbtime 1700000000\n";
        let figures = Figures::of(stat, status, limits, system, 9).expect("figures");
        assert_eq!(
            figures,
            Figures {
                cpu_seconds: 3.0,
                start_time_seconds: 1_700_000_123.45,
                resident_bytes: 1_048_576,
                virtual_bytes: 2_097_152,
                threads: 7,
                open_fds: 9,
                max_fds: 1024,
            }
        );
        assert_eq!(Figures::of("", status, limits, system, 9), None);
    }
}
