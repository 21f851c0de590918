/** Tokens of authorization servers: whose, for what, until when; and what clients are told. */
import { area } from './row.ts';

export const oauth = area('OAUTH', 'MCP 2026-07-28, authorization', [
  [
    'DANCE',
    'Clients of both SDK generations get tokens of a real authorization server by themselves, and new ones in time.',
  ],
  [
    'STEP-UP',
    'A tool may need further scopes: a call without them runs nothing, and goes on with a token that has them.',
  ],
  [
    'ALGORITHM',
    'No unsigned token is taken, and none signed with a shared secret or a key that it brings along.',
  ],
  [
    'AUDIENCE',
    'A token is good at the endpoint it was issued for, on all its legs, and nowhere else.',
    'RFC 8707',
  ],
  ['ISSUER', 'A token counts only in the name of a listed issuer, signed with a key of that very issuer.'],
  ['TIMES', 'A token without an end, past it, or of the future is refused; skew is bounded.', 'RFC 7519'],
  [
    'TYPE',
    'No ID token, and none that is bound to a key of its client, passes for an access token.',
    'RFC 9068',
  ],
  ['CARRIER', 'A token comes in one `Authorization` header, in bounds; never in a query.', 'RFC 6750'],
  ['KID', 'An unknown key is asked for once, however many tokens name it, and not again for a while.'],
  [
    'DISCOVERY',
    'Metadata counts only if it names the issuer it was asked of; without any, no token is good.',
    'RFC 8414',
  ],
  ['FETCH', 'What an issuer answers is bounded in bytes and time, and no redirect is followed.'],
  ['OPAQUE', 'Opaque tokens are asked about, and checked as others are.', 'RFC 7662'],
  ['UNAVAILABLE', 'Where it cannot be told whether a token is good, it is refused for now: 503, never open.'],
  [
    'METADATA',
    'Every endpoint has metadata that names it and the issuers, and tells nothing of what there is.',
    'RFC 9728',
  ],
  [
    'CHALLENGE',
    'A refusal says where metadata is, which scopes are needed, and nothing secret.',
    'RFC 6750 section 3',
  ],
  ['HIDDEN', 'Under /projects no token and no refusal tells whether a project is there.'],
  ['SCOPE', 'A token without a scope that is asked for is refused as 403 with all that would do.'],
  ['KEYS', 'Beside tokens keys work as ever, and no issuer is asked about them.'],
  ['PRINCIPAL', 'Callers are told apart by issuer and subject, whatever these hold.'],
  ['CACHE', 'A token that was proven is known by its hash, in bounds, and no longer than it is good.'],
  [
    'SUBJECT',
    'What may be exchanged is the latest token that this caller showed by this client for this endpoint.',
  ],
  ['CONFIG', 'What is wrong with the settings of tokens is told in a sentence; secrets are never shown.'],
]);
