/** Whose tokens callers may show: issuers, what their tokens must say, and what they open. */
import { z } from 'zod';
import { ALGORITHMS } from '../access/oauth-options.ts';
import { policy } from './schema-policy.ts';
import { duration } from './schema-values.ts';

const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/, {
  error: 'must be a scope: visible ASCII characters without spaces and quotes',
});
const scopes = z.array(scope).max(100);
const url = z.string().min(1, { error: 'must be an address like "https://auth.example.com"' });

const introspection = z.strictObject({
  url: url.meta({ description: 'Where tokens that are no JWTs are asked about (RFC 7662).' }),
  clientId: z.string().min(1).meta({ description: 'Who the gateway is there.' }),
  clientSecret: z.string().min(1).meta({ description: 'Its secret, best as ${VAR}.' }),
  cache: duration('10s', 'How long an answer is believed: a token that is revoked is good for so long.'),
});

export const oauth = z
  .strictObject({
    issuer: url.optional().meta({
      description:
        'The authorization server whose tokens are believed, exactly as it calls itself. Environment: OAUTH_ISSUER.',
    }),
    issuers: z.array(url).max(20).optional().meta({ description: 'Several of them, in place of `issuer`.' }),
    scopes: scopes.default([]).meta({
      description: 'Scopes that every token must have. Environment: OAUTH_SCOPES.',
    }),
    audience: z.array(z.string().min(1)).max(20).default([]).meta({
      description:
        'What tokens may be meant for beside the URL of the endpoint they are shown at; one meant for these opens every endpoint. For issuers without resource indicators. Environment: OAUTH_AUDIENCE.',
    }),
    jwksUri: url.optional().meta({
      description:
        'Where the keys of the issuer are; by default where its metadata says. Environment: OAUTH_JWKS_URI.',
    }),
    algorithms: z
      .array(z.enum(ALGORITHMS))
      .min(1)
      .default([...ALGORITHMS])
      .meta({ description: 'Signatures that are taken.' }),
    clockSkew: duration('30s', 'How far the clocks of issuers may be ahead; at most 5 minutes.'),
    introspection: introspection.optional().meta({
      description:
        'Asked about tokens that are no JWTs, which are refused by default. In the environment all of OAUTH_INTROSPECTION_URL, OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET.',
    }),
    principalClaim: z.string().min(1).max(128).default('sub').meta({
      description: 'The claim that says who calls.',
    }),
    policies: z.record(scope, policy).default({}).meta({
      description:
        'What callers may use, by scope: the first one that a token has counts, and a token with none of them is refused.',
    }),
    toolScopes: z
      .record(z.string().regex(/^[^/]+\/[^]+$/, { error: 'must be like "files/write_*"' }), scopes.min(1))
      .default({})
      .meta({
        description: 'Scopes that calls need beside these, by patterns like "files/write_*".',
      }),
  })
  .meta({ description: 'Whose tokens callers may show (OAuth 2.1), beside keys where there are any.' });
