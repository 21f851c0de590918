/**
 * Opaque tokens: asked about where they were issued. What is answered is checked like the claims of a JWT, the audience
 * above all: an active token may be meant for somebody else.
 *
 * Source: RFC 7662.
 */
import { BadToken, type ClaimRules, type Claims, readClaims } from './oauth-claims.ts';
import { fetchObject, type FetchPort } from './oauth-fetch.ts';
import type { IntrospectionOptions } from './oauth-options.ts';

/**
 * @param issuer who is asked; an answer in the name of another is not believed
 * @throws BadToken, Unavailable
 */
export async function introspect(
  token: string,
  issuer: string,
  { url, clientId, clientSecret }: IntrospectionOptions,
  fetch: FetchPort,
  rules: () => ClaimRules,
): Promise<Claims> {
  const answer = await fetchObject(url, fetch, {
    body: `token=${encode(token)}&token_type_hint=access_token`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${btoa(`${encode(clientId)}:${encode(clientSecret)}`)}`,
    },
  });
  if (answer['active'] !== true) throw new BadToken('the token is not active');
  if (answer['iss'] !== undefined && answer['iss'] !== issuer)
    throw new BadToken('the token is of an issuer that is not listed');
  const type = answer['token_type'];
  // A refresh token is active, too.
  if (type !== undefined && !(typeof type === 'string' && type.toLowerCase() === 'bearer'))
    throw new BadToken('the token is no bearer token');
  return readClaims(answer, rules());
}

/** As forms are encoded; a client's name and secret are, too (RFC 6749 section 2.3.1). */
function encode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
