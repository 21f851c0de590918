/** Asking with a token: the smallest request that opens a session. */
import { BOTH_TYPES, hello, JSON_TYPE } from './raw-clients.ts';
import { type Reply, send } from './raw.ts';

const HELLO = JSON.stringify(hello(1, '2025-11-25'));

/** @param url of Streamable HTTP @param token default: none */
export function askWith(url: string, token?: string, more: Record<string, string> = {}): Promise<Reply> {
  const proof = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return send(url, {
    method: 'POST',
    headers: { ...JSON_TYPE, ...BOTH_TYPES, ...proof, ...more },
    body: HELLO,
  });
}

/** The status, and what the challenge says is wrong. */
export async function outcome(
  url: string,
  token?: string,
  more: Record<string, string> = {},
): Promise<string> {
  const reply = await askWith(url, token, more);
  await reply.text();
  const challenge = reply.headers['www-authenticate'] ?? '';
  const error = /error="(\w+)"/.exec(challenge)?.[1];
  return error === undefined ? String(reply.status) : `${reply.status} ${error}`;
}

export const BAD = '401 invalid_token';
