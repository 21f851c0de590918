/** Ten thousand texts made from sealed ones: none opens. */
import { expect, it } from 'vitest';
import { Seals } from '../../../src/access/seals.ts';
import { bytesOf, textOf } from '../engine/wire.ts';
import { dice } from './dice.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const HEX = '0123456789abcdef'.repeat(4);
const KEYS = [
  { id: 'a', secret: HEX },
  { id: 'b', secret: HEX.slice(1) + HEX.slice(0, 1) },
];
const throws = dice(7);
const seals = new Seals({ keys: KEYS }, throws.bytes);
const byTheOther = new Seals({ keys: KEYS.toReversed() }, throws.bytes);
const stranger = new Seals(
  { keys: KEYS.map(({ id }) => ({ id, secret: HEX.slice(5) + HEX.slice(0, 5) })) },
  throws.bytes,
);
const CONTEXT = 'ann\nfiles';

interface Sealed {
  readonly text: string;
  readonly other: string;
}

type Mutation = (sealed: Sealed) => string;

const bodyOf = (text: string) => Buffer.from(text.split('.')[2] ?? '', 'base64url');
const withBody = (text: string, body: Uint8Array) =>
  [...text.split('.').slice(0, 2), Buffer.from(body).toString('base64url')].join('.');
const changed = (text: string, change: (body: Buffer) => Uint8Array) => withBody(text, change(bodyOf(text)));
const at = (text: string, place: number, put: string, cut = put.length) =>
  text.slice(0, place) + put + text.slice(place + cut);
const anywhere = (text: string) => throws.below(text.length);
const anyLetter = () => ALPHABET.charAt(throws.below(64));

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a bit': ({ text }) =>
    changed(text, (body) => {
      const place = throws.below(body.length);
      body[place] = (body[place] ?? 0) ^ (1 << throws.below(8));
      return body;
    }),
  'a letter': ({ text }) => at(text, anywhere(text), anyLetter()),
  'two letters': ({ text }) => {
    const once = at(text, anywhere(text), anyLetter());
    return at(once, anywhere(once), anyLetter());
  },
  'a letter more': ({ text }) => at(text, throws.below(text.length + 1), anyLetter(), 0),
  'a letter less': ({ text }) => at(text, anywhere(text), '', 1),
  'cut at the end': ({ text }) => text.slice(0, anywhere(text)),
  'cut in front': ({ text }) => text.slice(1 + anywhere(text)),
  'a byte more': ({ text }) => changed(text, (body) => Buffer.concat([body, throws.bytes(1)])),
  'bytes less': ({ text }) => changed(text, (body) => body.subarray(0, throws.below(body.length))),
  doubled: ({ text }) => text + text,
  'its body doubled': ({ text }) => changed(text, (body) => Buffer.concat([body, body])),
  'the nonce of another': ({ text, other }) =>
    changed(text, (body) => Buffer.concat([bodyOf(other).subarray(0, 24), body.subarray(24)])),
  'the tag of another': ({ text, other }) =>
    changed(text, (body) => Buffer.concat([body.subarray(0, -16), bodyOf(other).subarray(-16)])),
  'the middle of another': ({ text, other }) =>
    changed(text, (body) =>
      Buffer.concat([body.subarray(0, 24), bodyOf(other).subarray(24, -16), body.subarray(-16)]),
    ),
  'parts swapped': ({ text }) =>
    throws.next() < 0.5
      ? text.split('.').toReversed().join('.')
      : text.split('.').slice(1).concat('1').join('.'),
  'bytes swapped': ({ text }) => changed(text, (body) => body.toReversed()),
  'another key': ({ text }) => text.replace(/^1\.\w+/, throws.next() < 0.5 ? '1.b' : '1.c'),
  'another version': ({ text }) =>
    text.replace(/^1/, ['0', '2', '01', '1 ', '', '１'][throws.below(6)] ?? ''),
  padding: ({ text }) => `${text}${['=', '==', '===', '%3D'][throws.below(4)]}`,
  'the other alphabet': ({ text }) => text.replaceAll('-', '+').replaceAll('_', '/'),
  'white space': ({ text }) =>
    at(text, throws.below(text.length + 1), [' ', '\n', '\t', '\0', '\u200b'][throws.below(5)] ?? '', 0),
  'one more part': ({ text }) => `${text}.${anyLetter().repeat(throws.below(3))}`,
  'bits that are left over': ({ text }) => {
    const last = ALPHABET.indexOf(text.at(-1) ?? '');
    const spare = [0, 0, 4, 2][(text.split('.')[2] ?? '').length % 4] ?? 0;
    return spare === 0
      ? `${text}A`
      : text.slice(0, -1) + ALPHABET.charAt(last ^ (1 + throws.below(2 ** spare - 1)));
  },
  'the case': ({ text }) => (throws.next() < 0.5 ? text.toUpperCase() : text.toLowerCase()),
  'the key of a stranger': ({ other }) => stranger.seal(bytesOf(other), CONTEXT),
  'another context': ({ text }) =>
    seals.seal(seals.open(text, CONTEXT) ?? bytesOf(''), `${CONTEXT}${anyLetter()}`),
  'nothing of ours': () => `1.a.${Buffer.from(throws.bytes(40 + throws.below(200))).toString('base64url')}`,
};

it('[SEAL-FORGED] [SEAL-ONE-TEXT] of 10,000 changed texts none opens', () => {
  const kinds = Object.entries(MUTATIONS);
  const accepted: string[] = [];
  let tried = 0;
  for (let round = 0; tried < 10_000; round++) {
    const [kind, mutate] = kinds[round % kinds.length] ?? ['', () => ''];
    const [one, two] = round % 2 === 0 ? [seals, seals] : [seals, byTheOther];
    // Of equal length, so that parts of one fit the other.
    const state = throws.bytes(1 + throws.below(200));
    const sealed = { text: one.seal(state, CONTEXT), other: two.seal(state, CONTEXT) };
    expect(seals.open(sealed.text, CONTEXT)).toEqual(state);
    const text = mutate(sealed);
    if (text === sealed.text) continue;
    tried++;
    if (seals.open(text, CONTEXT) !== undefined) accepted.push(`${kind}: ${text}`);
  }
  expect(accepted).toEqual([]);
  expect(tried).toBe(10_000);
});

it('[SEAL-ONE-TEXT] the last letter of a text is the only one that opens, whatever the length', () => {
  for (let length = 0; length < 6; length++) {
    const text = seals.seal(new Uint8Array(length), CONTEXT);
    const good = ALPHABET.split('').filter((letter) => seals.open(text.slice(0, -1) + letter, CONTEXT));
    expect(good).toEqual([text.at(-1)]);
  }
  expect(textOf(seals.open(seals.seal(bytesOf('x'), CONTEXT), CONTEXT) ?? bytesOf(''))).toBe('x');
});
