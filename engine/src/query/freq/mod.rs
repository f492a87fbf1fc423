//! `genodex freq`.
