/** How long tests wait for what should come: long enough for a machine that does ten other things. */
export const PATIENCE_MS = 30_000;
