//! Where events and panics are written.

use std::{io::IsTerminal as _, panic};

use tracing_subscriber::EnvFilter;

use super::{
    Failure,
    options::{LogFormat, Logging},
};

/// Starts writing events to the standard error.
pub(super) fn start(options: &Logging) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&options.log).map_err(|error| {
        Failure::usage(format!(
            "--log `{}` is no filter ({error}); give one such as info",
            options.log
        ))
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match options.log_format {
        LogFormat::Text => log.with_target(false).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    panic::set_hook(Box::new(|info| tracing::error!("{info}")));
    Ok(())
}

/// Writes panics down no more: all is done, and what is left behind is broken off.
pub(super) fn end() {
    panic::set_hook(Box::new(|_| {}));
}
