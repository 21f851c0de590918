/** The values that settings share: how many, and how large. */
import { z } from 'zod';
import { parseSize, SIZE } from './units.ts';

const LARGEST_SIZE = 1024 ** 4;

/** A size with a default; bytes once read. */
export function size(fallback: string, description: string) {
  return bytes().prefault(fallback).meta({ description });
}

/** A size, or none at all. */
export function maybeSize(description: string) {
  return bytes().optional().meta({ description });
}

function bytes() {
  const error = 'must be a size of at least 1 byte, like 4194304 (bytes), "512KiB" or "4MiB"';
  return z
    .union(
      [
        z.int({ error }).min(1, { error }).max(LARGEST_SIZE, { error }),
        z.string({ error }).regex(SIZE, { error }),
      ],
      { error },
    )
    .transform((value, context) => {
      const size = parseSize(value);
      if (size !== undefined && size >= 1 && size <= LARGEST_SIZE) return size;
      context.issues.push({ code: 'custom', message: error, input: value });
      return z.NEVER;
    });
}

/** A whole number with a default. */
export function count(fallback: number, most: number, description: string, least = 1) {
  return z.int().min(least).max(most).default(fallback).meta({ description });
}

/** A whole number, or none at all. */
export function maybeCount(most: number, description: string) {
  return z.int().min(1).max(most).optional().meta({ description });
}
