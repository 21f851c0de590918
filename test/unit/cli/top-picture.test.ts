/** What `sluice top` shows, on screens of all sizes. */
import { describe, expect, it } from 'vitest';
import { painter } from '../../../src/cli/io.ts';
import type { Look } from '../../../src/cli/top.ts';
import { type Frame, picture } from '../../../src/cli/top-picture.ts';
import { widthOf } from '../../../src/cli/visible.ts';
import type { ServerView } from '../../../src/edges/admin/contract/server.ts';
import type { SessionView } from '../../../src/edges/admin/contract/session.ts';

const NOW = 1_800_000_000_000;

function server(name: string, more: Partial<ServerView> = {}): ServerView {
  return {
    ...{ name, kind: 'stdio', state: 'up', era: 'legacy', sharing: 'session', links: 1, restarts: 2 },
    ...{ sessions: 3, inFlight: 1, calls: 100, errors: 4, p50: 1.5, p95: 20, isKeyed: false },
    endpoints: { mcp: '/mcp', ws: '/ws' },
    ...more,
  };
}

function session(id: string, more: Partial<SessionView> = {}): SessionView {
  return {
    ...{ id, server: 'files', principal: 'ann', dialect: 'streamable', era: 'legacy', address: '127.0.0.1' },
    ...{ openedAt: NOW - 65_000, lastSeenAt: NOW - 3_000, streams: 1, inFlight: 0, queuedBytes: 2_048 },
    ...more,
  };
}

function look(servers: readonly ServerView[], sessions: readonly SessionView[]): Look {
  const overview: Look['overview'] = {
    ...{ version: '1.2.3', node: 'a', startedAt: NOW - 7_200_000, url: '', status: 'healthy', troubles: [] },
    ...{ sessions: 1, streams: 1, inFlight: 0, servers: 1, nodes: [], audit: false },
  };
  const sample: Look['sample'] = {
    ...{ at: NOW, received: 1_234, calls: 500, errors: 5, refused: 0, p50: 1, p95: 2, p99: null },
    ...{ sessions: 1, streams: 1, inFlight: 0, queuedBytes: 0, loopDelayMs: 3, memoryBytes: 1e8, cpu: 0.25 },
    ...{ servers: {}, dialects: {} },
  };
  return { at: NOW, overview, sample, servers: [...servers], sessions: [...sessions], open: sessions.length };
}

function frame(columns: number, rows: number, more: Partial<Frame> = {}): Frame {
  const paint = painter({ outIsTerminal: false, env: {} });
  return { before: undefined, label: 'http://127.0.0.1:8808', columns, rows, paint, ...more };
}

describe('the picture', () => {
  it('[WATCH-FIT] tells throughput, latency, errors, servers and sessions', () => {
    const lines = picture(look([server('files')], [session('abcdef12')]), {
      ...frame(200, 40),
      before: look([server('files', { calls: 60 })], []),
    });
    expect(lines[0]).toBe('sluice 1.2.3  http://127.0.0.1:8808  up 2h00m  healthy');
    expect(lines[1]).toMatch(
      /^1234 msg\/s {2}500 calls\/s {2}1\.0 % errors {2}p50 1\.00 ms .* p99 – .*cpu 25 %/,
    );
    expect(lines.find((line) => line.startsWith('files'))).toMatch(
      /up +stdio +legacy +3 +1 +40 +100 +4 +1\.50 ms +20\.0 ms +2$/,
    );
    expect(lines.find((line) => line.startsWith('abcdef12'))).toMatch(
      /files +ann +streamable +127\.0\.0\.1 +1m05s +3s +1 +0 +2\.0 KiB$/,
    );
  });

  it('[WATCH-FIT] fits screens of every size', () => {
    const hostile = '\u001b[31m日本語\u202e'.repeat(20);
    const servers = Array.from({ length: 30 }, (_, at) => server(`${hostile}${at}`, { reason: hostile }));
    const sessions = Array.from({ length: 500 }, (_, at) =>
      session(String(at), { client: { name: hostile, version: '1' }, principal: hostile, server: hostile }),
    );
    for (const columns of [20, 40, 60, 80, 120, 300]) {
      for (const rows of [8, 16, 24, 60]) {
        const lines = picture(look(servers, sessions), frame(columns, rows, { trouble: hostile }));
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(widthOf(line), `${columns}: ${line}`).toBeLessThanOrEqual(columns);
      }
    }
    const lines = picture(look(servers, sessions), frame(80, 24));
    expect(lines.filter((line) => /^… and \d+ more$/.test(line))).toHaveLength(2);
  });
});
