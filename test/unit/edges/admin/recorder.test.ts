/** The last messages, as the recorder remembers them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Recorder } from '../../../../src/edges/admin/recorder.ts';
import type { Passing } from '../../../../src/engine/ports-tap.ts';

const encoder = new TextEncoder();
let now = 1_000;

function passing(facts: Partial<Passing> & { text?: string; rawId?: string } = {}): Passing {
  const { text = '{"jsonrpc":"2.0"}', rawId, ...rest } = facts;
  const idIn = encoder.encode(rawId ?? '');
  return {
    ...{ leg: 'from-client', session: 'abcdefghijklmnop', server: 'srv', kind: 'request' },
    ...{ method: 'tools/call', target: 'echo', idIn, id: { start: 0, end: idIn.length } },
    ...{ call: 0, request: 0, bytes: encoder.encode(text) },
    ...rest,
  };
}

const all = { limit: 10_000 };
let recorder: Recorder;

beforeEach(() => {
  now = 1_000;
  recorder = new Recorder(() => now, { messages: 8, payload: 16, payloads: 64 });
});

describe('what is remembered', () => {
  it('[LIVE-RECORDER] is heads, with what belongs together and how long it took', () => {
    const asked = recorder.passed(passing({ rawId: '"a"' }));
    now += 2;
    const sent = recorder.passed(passing({ leg: 'to-server', call: asked, rawId: '17' }));
    now += 5.5;
    const answer = { kind: 'response', method: '', target: undefined, call: asked } as const;
    recorder.passed(passing({ ...answer, leg: 'from-server', request: sent, rawId: '17' }));
    now += 1;
    recorder.passed(passing({ ...answer, leg: 'to-client', request: asked, rawId: '"a"' }));
    const common = {
      session: 'abcdefgh',
      server: 'srv',
      method: 'tools/call',
      target: 'echo',
      call: 1,
      bytes: 17,
    };
    expect(recorder.read({}, all)).toEqual([
      { ...common, seq: 1, at: 1_000, leg: 'from-client', kind: 'request', id: '"a"' },
      { ...common, seq: 2, at: 1_002, leg: 'to-server', kind: 'request', id: '17' },
      { ...common, seq: 3, at: 1_007.5, leg: 'from-server', kind: 'response', id: '17', ms: 5.5 },
      { ...common, seq: 4, at: 1_008.5, leg: 'to-client', kind: 'response', id: '"a"', ms: 8.5 },
    ]);
  });

  it('[LIVE-BOUNDED] is so many messages, and of names so much', () => {
    for (let i = 0; i < 20; i++)
      recorder.passed(passing({ target: 'x'.repeat(100_000), rawId: '"'.repeat(500) }));
    const kept = recorder.read({}, all);
    expect(kept.map(({ seq }) => seq)).toEqual([13, 14, 15, 16, 17, 18, 19, 20]);
    expect(kept[0]?.target).toHaveLength(201);
    expect(kept[0]?.id).toHaveLength(65);
  });

  it('ties nothing to what is not remembered any more', () => {
    const first = recorder.passed(passing());
    for (let i = 0; i < 8; i++) recorder.passed(passing());
    recorder.passed(
      passing({ kind: 'response', method: '', target: undefined, call: first, request: first }),
    );
    const last = recorder.read({}, { limit: 1 })[0];
    expect(last).not.toHaveProperty('ms');
    expect(last).toMatchObject({ call: 1, kind: 'response' });
  });

  it('[LIVE-MESSAGES] is found by session, server and leg, and in pages', () => {
    for (let i = 0; i < 8; i++)
      recorder.passed(
        passing({
          session: i % 2 ? 'other-session' : '',
          server: i < 4 ? 'a' : 'b',
          leg: i % 4 ? 'to-client' : 'to-server',
        }),
      );
    const seqs = (wanted: Parameters<Recorder['read']>[0], page = {}) =>
      recorder.read(wanted, { ...all, ...page }).map(({ seq }) => seq);
    expect(seqs({ session: 'other-se' })).toEqual([2, 4, 6, 8]);
    expect(seqs({ session: '' })).toEqual([1, 3, 5, 7]);
    expect(seqs({ session: '', server: 'b' })).toEqual([5, 7]);
    expect(seqs({ leg: 'to-server' })).toEqual([1, 5]);
    expect(seqs({}, { limit: 3 })).toEqual([6, 7, 8]);
    expect(seqs({}, { limit: 3, before: 6 })).toEqual([3, 4, 5]);
    expect(seqs({}, { limit: 3, after: 2 })).toEqual([3, 4, 5]);
    expect(recorder.count({ server: 'b' }, 0)).toBe(4);
  });
});

describe('what was said', () => {
  it('[LIVE-PAYLOADS] is kept only while somebody watches, and gone with the last one', () => {
    recorder.passed(passing({ text: 'before' }));
    const [one, other] = [recorder.watch(), recorder.watch()];
    recorder.passed(passing({ text: 'meanwhile' }));
    const said = () => recorder.read({}, all).map(({ payload }) => payload);
    expect(said()).toEqual([undefined, 'meanwhile']);
    one();
    one();
    expect(said()).toEqual([undefined, 'meanwhile']);
    other();
    recorder.passed(passing({ text: 'after' }));
    expect(said()).toEqual([undefined, undefined, undefined]);
    recorder.watch();
    recorder.passed(passing({ text: 'again' }));
    expect(said()).toEqual([undefined, undefined, undefined, 'again']);
  });

  it('[LIVE-PAYLOADS] is cut where it is long, at a character, and what is oldest makes room', () => {
    recorder.watch();
    const text = `${'é'.repeat(7)}x€uro`;
    for (let i = 0; i < 6; i++) recorder.passed(passing({ text }));
    const kept = recorder.read({}, all);
    expect(kept.map(({ payload }) => payload)).toEqual([
      ...[undefined, undefined],
      ...Array<string>(4).fill(`${'é'.repeat(7)}x`),
    ]);
    expect(kept.every(({ bytes, isCut }) => bytes === 21 && (isCut ?? false))).toBe(false);
    expect(kept.slice(2).every(({ isCut }) => isCut)).toBe(true);
  });

  it('is put together from pieces, and from both sides of what was left out', () => {
    recorder.watch();
    const [ab, cd, ef] = ['ab', 'cd', 'ef'].map((text) => encoder.encode(text)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    recorder.passed(passing({ bytes: [ab, cd, ef] }));
    recorder.passed(passing({ bytes: encoder.encode('abef'), gap: { at: 2, pieces: [cd, cd] } }));
    const kept = recorder.read({}, all);
    expect(kept.map(({ payload, bytes }) => [payload, bytes])).toEqual([
      ['abcdef', 6],
      ['abcdcdef', 8],
    ]);
  });
});
