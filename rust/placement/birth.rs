// SPDX-License-Identifier: GPL-2.0

//! When a block was allocated, in the sixteen bits that its record has left.
//!
//! Pure: imports `core` only, so that the host can test it. Arithmetic wraps, so that nothing can
//! panic.

/// Bits of the number below the exponent.
const MANTISSA: u32 = 11;
const MANTISSA_MASK: u64 = (1 << MANTISSA) - 1;

/// Milliseconds since somebody began to watch, as a floating-point number of eleven bits: a 2048th
/// of them may be missing. Zero is for a block that was allocated when nobody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Birth(pub(crate) u16);

impl Birth {
    /// Nobody knows.
    pub(crate) const UNKNOWN: Birth = Birth(0);

    /// Returns what stands for `ms`, rounded down.
    pub(crate) fn at(ms: u64) -> Birth {
        let value = ms.saturating_add(1);
        let shift = u64::BITS
            .wrapping_sub(value.leading_zeros())
            .saturating_sub(MANTISSA.wrapping_add(1));

        // CAST: The exponent is cut off at five bits, and the others have eleven.
        if value <= MANTISSA_MASK {
            Birth(value as u16)
        } else if shift >= 31 {
            Birth(u16::MAX)
        } else {
            let exponent = u64::from(shift).wrapping_add(1).wrapping_shl(MANTISSA);

            Birth((exponent | value.wrapping_shr(shift) & MANTISSA_MASK) as u16)
        }
    }

    /// Returns the milliseconds, if they are known.
    pub(crate) fn ms(self) -> Option<u64> {
        let bits = u64::from(self.0);
        let value = match bits >> MANTISSA {
            0 => bits,
            exponent => (bits & MANTISSA_MASK | 1 << MANTISSA)
                // CAST: It has five bits.
                .wrapping_shl(exponent.wrapping_sub(1) as u32),
        };

        value.checked_sub(1)
    }
}
