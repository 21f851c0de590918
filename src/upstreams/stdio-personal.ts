/** Variables of a child that depend on who it is started for. */
import { missingCredentials } from './credentials.ts';
import { type Secrets, secretOf } from './credentials-principal.ts';

/** By the name of the variable: the secret of each principal. */
export type PersonalEnvironment = Readonly<Record<string, Secrets>>;

/**
 * The variables for one principal.
 * @throws UpstreamError `missing-credentials` where one of them is not there: nothing else stands in its place
 */
export function environmentFor(
  name: string,
  personal: PersonalEnvironment | undefined,
  principal: string,
): Readonly<Record<string, string>> {
  if (!personal) return {};
  return Object.fromEntries(
    Object.entries(personal).map(([variable, secrets]) => {
      const secret = secretOf(secrets, principal);
      if (secret === undefined || secret === '') throw missingCredentials(name);
      return [variable, secret];
    }),
  );
}
