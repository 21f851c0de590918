/** What is kept of runs, how two are compared, and how arguments are read. */
import { describe, expect, it } from 'vitest';
import { isDangerous, itemsIn } from '../../../../src/console/app/mcp/items.ts';
import { openable } from '../../../../src/console/app/playground/runs/address.ts';
import { compare } from '../../../../src/console/app/playground/runs/compare.ts';
import { losesDigits, read } from '../../../../src/console/app/playground/runs/drafts.ts';
import { MOST_CHARACTERS, MOST_RUNS, surplus } from '../../../../src/console/app/playground/runs/history.ts';
import { keep, revive } from '../../../../src/console/app/playground/runs/kept.ts';
import {
  ended,
  failed,
  type Run,
  started,
  withLog,
} from '../../../../src/console/app/playground/runs/run.ts';
import { expand, variablesOf } from '../../../../src/console/app/playground/runs/template.ts';
import { tabularIn } from '../../../../src/console/app/playground/results/table.ts';
import { ClientError, RpcError } from '../../../../src/browser/errors.ts';

const target = { server: 's', kind: 'tool', name: 'echo', title: '', arguments: {} } as const;
const run = (args: unknown = {}, result: unknown = { content: [] }): Run =>
  ended(started({ ...target, arguments: args }, 'r1', 1), result, 2);

describe('what is kept', () => {
  it('[PLAY-SECRETS] no argument that is called a secret, and no key of the gateway', () => {
    const args = {
      password: 'hunter2hunter2',
      apiKey: 'abc',
      city: 'bern',
      inner: { access_token: 'def', of: 1 },
      pin: '1234',
    };
    const schema = { properties: { pin: { type: 'string', format: 'password' } } };
    const { json } = keep(run(args, { content: [{ type: 'text', text: 'slc_abcdefgh12345678' }] }), schema);
    for (const secret of ['hunter2', 'abc"', 'def', '1234"', 'slc_abc']) expect(json).not.toContain(secret);
    const back = revive(keep(run(args), schema));
    expect(back).toMatchObject({ isMasked: true, arguments: { city: 'bern', inner: { of: 1 } } });
  });

  it('[PLAY-HISTORY] a result that is too large is not, and it says so', () => {
    const large = keep(run({}, { content: [{ type: 'text', text: 'x'.repeat(3_000_000) }] }));
    expect(large.json.length).toBeLessThan(1_000);
    expect(revive(large)?.resultGone).toContain('too large');
    expect(revive({ ...large, json: '{' })).toBeUndefined();
    expect(revive({ ...large, json: '[]' })).toBeUndefined();
  });

  it('[PLAY-HISTORY] so many runs and characters, the oldest go first, pinned ones last', () => {
    const kept = (at: number, isPinned = false, length = 10) => ({
      id: `r${at}`,
      startedAt: at,
      isPinned,
      json: 'x'.repeat(length),
    });
    const many = Array.from({ length: MOST_RUNS + 2 }, (_, at) => kept(at, at === 0));
    expect(surplus(many).sort()).toEqual(['r1', 'r2']);
    expect(surplus([kept(1), kept(2, false, MOST_CHARACTERS - 5)])).toEqual(['r1']);
    expect(surplus([kept(1), kept(2)])).toEqual([]);
  });

  it('[PLAY-HISTORY] lines of a server are bounded, and those that are left out counted', () => {
    let now = started(target, 'r', 0);
    for (let line = 0; line < 250; line++)
      now = withLog(now, { at: line, level: 'info', logger: '', data: line });
    expect(now).toMatchObject({ logsMissed: 50 });
    expect(now.logs).toHaveLength(200);
  });
});

describe('how a run ends', () => {
  it('[PLAY-ERRORS] errors of tools, of the protocol and of the way there, each with what to do', () => {
    expect(run({}, { isError: true, content: [] }).state).toBe('failed');
    const of = (error: unknown) => failed(started(target, 'r', 0), error, 1);
    expect(of(new RpcError(-32_602, 'No.', undefined)).failure).toMatchObject({
      code: '-32602',
      hint: expect.any(String) as string,
    });
    const own = of(new RpcError(-32_000, 'Gone.', { code: 'upstream_exited', hint: 'Try again.' })).failure;
    expect(own).toMatchObject({ code: '-32000 upstream_exited', hint: 'Try again.' });
    expect(of(new ClientError('lost', 'Cut.')).failure).toMatchObject({
      code: 'lost',
      hint: expect.any(String) as string,
    });
    expect(of(new ClientError('aborted', 'Off.'))).toMatchObject({ state: 'cancelled' });
  });
});

describe('what servers say', () => {
  it('[PLAY-HOSTILE] only those of the web are opened', () => {
    expect(openable('https://example.com/a')?.host).toBe('example.com');
    for (const url of [
      'javascript:alert(1)',
      ' JavaScript:alert(1)',
      'data:text/html,x',
      'file:///etc',
      'x',
      '',
    ]) {
      expect(openable(url)).toBeUndefined();
    }
  });

  it('[PLAY-HINTS] a tool that says it may destroy is one to ask before', () => {
    const dangerous = (annotations: object) =>
      itemsIn('tool', { tools: [{ name: 'x', annotations }] }).map(isDangerous)[0];
    expect(dangerous({ destructiveHint: true })).toBe(true);
    expect(dangerous({ destructiveHint: true, readOnlyHint: true })).toBe(false);
    expect(dangerous({ destructiveHint: 'true' })).toBe(false);
    expect(dangerous({})).toBe(false);
  });
});

describe('comparing', () => {
  it('[PLAY-COMPARE] marks lines that differ, side by side', () => {
    const { rows, differences } = compare('a\nb\nc\nd', 'a\nx\nc\nd\ne');
    expect(differences).toBe(2);
    expect(rows).toEqual([
      { left: 'a', right: 'a', isSame: true },
      { left: 'b', right: 'x', isSame: false },
      { left: 'c', right: 'c', isSame: true },
      { left: 'd', right: 'd', isSame: true },
      { left: undefined, right: 'e', isSame: false },
    ]);
    expect(compare('a', 'a').differences).toBe(0);
  });

  it('[PLAY-COMPARE] says that it compares only the beginning of what is long', () => {
    const long = Array.from({ length: 5_000 }, (_, at) => `line ${at}`).join('\n');
    const { isCut, rows } = compare(long, `${long}!`);
    expect(isCut).toBe(true);
    expect(rows.length).toBeLessThan(2_500);
  });
});

describe('arguments', () => {
  it('[PLAY-RAW] are one JSON object, and what is none is told', () => {
    expect(read('{"a":1}')).toEqual({ value: { a: 1 } });
    expect(read(' ')).toEqual({ value: {} });
    for (const text of ['{', '[]', '1', 'null']) expect(read(text)).toHaveProperty('error');
    expect(losesDigits('{"a": 9007199254740993}')).toBe(true);
    expect(losesDigits('{"a": "9007199254740993", "b": 12}')).toBe(false);
  });

  it('[PLAY-PROMPTS] URI templates are filled in', () => {
    expect(variablesOf('test://{id}/{+path}{?q,n*}')).toEqual(['id', 'path', 'q', 'n']);
    const values = { id: 'a/b', path: 'x/y', q: '1&2' };
    expect(expand('test://{id}/{+path}{?q,n}', values)).toBe('test://a%2Fb/x/y?q=1%262');
    expect(expand('test://{constructor}', {})).toBe('test://');
  });

  it('[PLAY-RESULTS] a list of flat objects is a table', () => {
    expect(tabularIn({ rows: [{ a: 1 }, { b: 'x' }], of: 2 })).toMatchObject({
      name: 'rows',
      columns: ['a', 'b'],
    });
    expect(tabularIn([{ a: { b: 1 } }])).toMatchObject({ columns: ['a.b'], rows: [{ 'a.b': 1 }] });
    expect(tabularIn([{ a: { b: { c: 1 } } }])).toBeUndefined();
    expect(tabularIn([{ a: [1] }])).toBeUndefined();
    expect(tabularIn({ a: [], b: 'x' })).toBeUndefined();
  });
});
