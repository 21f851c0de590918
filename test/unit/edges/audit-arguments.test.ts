/** What is kept of arguments, and of texts of strangers. */
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openAudit } from '../../../src/edges/node/audit.ts';
import { keeper } from '../../../src/edges/node/audit-arguments.ts';
import { AuditRefusals } from '../../../src/edges/node/audit-refusals.ts';
import { rowOfCall, rowOfRefused } from '../../../src/edges/node/audit-row.ts';
import { newFolder, rowsIn, told } from './audit-support.ts';

const KEY = randomBytes(32);
const SECRET = 'pl"anted/secret-é';

function kept(mode: 'hash' | 'redacted' | 'full', value: unknown): string {
  const keep = keeper({ mode, key: KEY, secrets: () => [SECRET] });
  return keep?.(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))) ?? '';
}

describe('what is kept of arguments', () => {
  it('[AUDIT-HASH] is by default a keyed hash of the very bytes', () => {
    for (const size of [0, 1, 5, 900, 960, 961, 5_000, 300_000]) {
      const bytes = randomBytes(size);
      const expected = createHmac('sha256', KEY).update(bytes).digest('base64url');
      expect(keeper({ mode: 'hash', key: KEY, secrets: () => [] })?.(bytes)).toBe(`hmac-sha256:${expected}`);
    }
    expect(kept('hash', { a: 1 })).not.toBe(kept('hash', '{ "a": 1 }'));
  });

  it('[AUDIT-HASH] its key is of the installation: made once, for its owner alone', () => {
    const folder = newFolder();
    const once = () => {
      const trail = openAudit({ folder });
      const hash = trail.observer.keepArguments?.(Buffer.from('{}'));
      return trail.close().then(() => hash);
    };
    return Promise.all([once(), once()]).then(async ([one, other]) => {
      expect(other).toBe(one);
      expect(statSync(join(folder, 'audit.key')).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(folder, 'audit.key'))).toHaveLength(32);
      const elsewhere = openAudit({ folder: newFolder() });
      expect(elsewhere.observer.keepArguments?.(Buffer.from('{}'))).not.toBe(one);
      await elsewhere.close();
      writeFileSync(join(folder, 'audit.key'), 'short');
      expect(() => openAudit({ folder })).toThrow(/audit\.key does not hold 32 bytes/);
    });
  });

  it('[AUDIT-REDACTED] is JSON without telling members, secrets, credentials and long texts', () => {
    const given = {
      path: 'README.md',
      apiKey: 'abc',
      deep: { user: { password: 'x', list: ['a', { access_token: 'y' }] } },
      text: 'z'.repeat(1_000),
      [SECRET]: 'x',
      told: `before ${SECRET} after`,
      header: 'Bearer abcdef123456',
      url: 'https://me:pass@host/?token=abc&x=1',
      levels: { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } },
    };
    const text = kept('redacted', given);
    expect(JSON.parse(text)).toEqual({
      path: 'README.md',
      apiKey: '***',
      deep: { user: { password: '***', list: ['a', { access_token: '***' }] } },
      text: `${'z'.repeat(128)}… (1000 characters)`,
      '***': '***',
      told: 'before *** after',
      header: 'Bearer ***',
      url: 'https://me:***@host/?token=***&x=1',
      levels: { a: { b: { c: { d: { e: '…' } } } } },
    });
    expect(kept('redacted', Object.fromEntries(Array.from({ length: 999 }, (_, i) => [i, i])))).toHaveLength(
      2_049,
    );
  });

  it('[AUDIT-REDACTED] a secret is found however it is escaped, in both ways', () => {
    const codes = Array.from(SECRET, (one) => one.charCodeAt(0).toString(16).padStart(4, '0'));
    const escaped = `{"a":"${codes.map((code) => `\\u${code}`).join('')}"}`;
    expect(kept('redacted', escaped)).toBe('{"a":"***"}');
    expect(kept('full', escaped)).toBe('{"a":"***"}');
    expect(kept('full', { password: 'is kept', text: 'z'.repeat(1_000) })).toContain('is kept');
  });

  it('[AUDIT-REDACTED] what is too large is told by its size alone', () => {
    const large = { a: 'x'.repeat(70_000) };
    expect(kept('redacted', large)).toBe('(70008 bytes)');
    expect(kept('full', large)).toBe('(70008 bytes)');
    expect(keeper({ mode: 'none', key: KEY, secrets: () => [] })).toBeUndefined();
  });
});

describe('texts of strangers in rows', () => {
  it('[AUDIT-TEXTS] are cut, steer no terminal, and hold no query and no credentials', () => {
    const target = '\u001b[2J\u0007\r\n\u202eevil';
    expect(rowOfCall(1, told({ target })).target).toBe('\\u001b[2J\\u0007\\u000d\\u000a\\u202eevil');
    expect(rowOfCall(1, told({ target: 'x'.repeat(9_999) })).target).toHaveLength(513);
    const uri = 'https://me:pw@host/path?token=abc#part';
    expect(rowOfCall(1, told({ target: uri })).target).toBe('https://me:***@host/path?…');
    expect(rowOfCall(1, told({ session: 'abcdefghijk' })).session).toBe('abcdefgh');
    const refused = { where: 'http', code: 'unauthorized', message: 'm', address: '::1' };
    const asked = 'GET /sse/slc_abcdefgh12345678\u009b';
    const row = rowOfRefused(1, { ...refused, asked, fact: 'no key was sent' }, 7);
    expect(row).toMatchObject({ method: 'GET /sse/***\\u009b', target: 'no key was sent', count: 7 });
  });

  it('[AUDIT-FLOOD] what goes on for minutes is a row or two a second', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const rows: { count: number }[] = [];
    const refusals = new AuditRefusals((row) => void rows.push(row));
    for (let i = 0; i < 12_000; i++) {
      refusals.take({ where: 'http', code: 'unauthorized', message: 'm', address: `10.0.${i % 200}.1` });
      vi.advanceTimersByTime(10);
    }
    refusals.close();
    expect(rows.length).toBeLessThanOrEqual(240);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(12_000);
  });

  it('[AUDIT-FLOOD] what is turned away is counted: few rows, however much and from wherever', async () => {
    const folder = newFolder();
    const trail = openAudit({ folder });
    for (let i = 0; i < 20_000; i++) {
      const address = `10.0.${i % 200}.1`;
      trail.observer.refused?.({
        where: 'http',
        code: 'unauthorized',
        message: 'm',
        address,
        asked: 'GET /',
      });
    }
    trail.observer.refused?.({ where: 'upstream', code: 'unknown_answer', message: 'm' });
    trail.observer.refused?.({ where: 'gateway', code: 'unauthorized', message: 'm', count: 40 });
    await trail.close();
    const rows = rowsIn(folder, { outcome: 'denied' });
    expect(rows.length).toBeLessThanOrEqual(11);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(20_040);
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['unauthorized']));
  });
});
