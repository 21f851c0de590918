/** Credentials that the gateway shows to a server: one's own, a token that it is given, or a secret of each caller. */
import { z } from 'zod';

const error = 'must be an object with a text for each caller, or the text of such an object';

/** By caller; as an object, or as its JSON in one text, so that it can come from a file or a command as a whole. */
export const secrets = z
  .union([z.record(z.string(), z.string()), z.string()], { error })
  .transform((value, context) => {
    if (typeof value !== 'string') return value;
    const parsed = recordIn(value);
    if (parsed) return parsed;
    context.issues.push({ code: 'custom', message: error, input: '' });
    return z.NEVER;
  });

function recordIn(text: string): Record<string, string> | undefined {
  try {
    const { success, data } = z.record(z.string(), z.string()).safeParse(JSON.parse(text));
    return success ? data : undefined;
  } catch {
    return undefined;
  }
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
const text = (description: string) =>
  z.string().min(1, { error: 'must not be empty' }).optional().meta({ description });

export const auth = z.strictObject({
  type: z.enum(['client_credentials', 'token_exchange', 'per_principal']).meta({
    description:
      'client_credentials: a token of the gateway itself. token_exchange: a token for that of the caller (RFC 8693). per_principal: a secret for each caller.',
  }),
  tokenUrl: text('Where tokens are given. This or `issuer`.'),
  issuer: text('The authorization server, whose metadata says where tokens are given.'),
  clientId: text('Who the gateway is to the authorization server.'),
  clientSecret: text('Best as ${VAR}, ${file:…} or ${command:…}.'),
  clientAuth: z.enum(['basic', 'post']).optional().meta({
    description: 'How the client proves itself; by default basic: in a header. post: in the form.',
  }),
  scope: text('Scopes to ask for, with a space between them.'),
  audience: text('For token_exchange: whom the token is for, as the authorization server calls it.'),
  resource: text('The URL of the server the token is for (RFC 8707).'),
  header: z
    .string()
    .regex(HEADER_NAME, { error: 'must be the name of a header, like "X-Api-Key"' })
    .optional()
    .meta({ description: 'For per_principal: the header of the secret; by default Authorization.' }),
  scheme: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,31}$|^$/, { error: 'must be one word, like "Bearer"' })
    .optional()
    .meta({
      description:
        'For per_principal: the word before the secret; by default "Bearer" in Authorization, elsewhere none.',
    }),
  secrets: secrets.optional().meta({
    description:
      'For per_principal: the secret of each caller, by the name of its key (`ann`, in a project `acme/ann`), or by the principal that the log tells.',
  }),
});
