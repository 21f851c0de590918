/** Real legacy clients in front of real servers that understand 2026-07-28 alone. */
import { describe, expect, test } from 'vitest';
import { ERA_PAIRS } from '../matrix/eras/cells.ts';
import { Theatre } from '../matrix/eras/play.ts';

const CLIENTS = new Set(['sdk 1.0.4', 'sdk 1.32.2']);
const UPSTREAMS = new Set(['modern stdio', 'modern http']);

describe('legacy clients of modern servers', () => {
  test('[ASLEG-REAL] SDK 1.0.4 and 1.32.2 have all that their revisions have, over stdio and HTTP', async () => {
    const theatre = await Theatre.open();
    try {
      const pairs = ERA_PAIRS.filter(
        ({ client, upstream }) =>
          CLIENTS.has(client.name) && client.mode === 'legacy' && UPSTREAMS.has(upstream.name),
      );
      const outcomes = await theatre.play(pairs);
      const failed = [...outcomes].filter(([, error]) => error !== undefined);
      expect(failed.map(([cell, error]) => `${cell}: ${error?.message}`)).toEqual([]);
      expect(outcomes.size).toBeGreaterThan(80);
    } finally {
      await theatre.close();
    }
  }, 120_000);
});
