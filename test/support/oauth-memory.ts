/** The memory of a client of OAuth, as the SDKs want it. */
import { REDIRECT } from './oidc.ts';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
}

/** What a client remembers of its authorization; the same for SDKs of both generations. */
export class OAuthMemory {
  readonly redirectUrl = REDIRECT;
  readonly clientMetadata = {
    client_name: 'a test',
    redirect_uris: [REDIRECT],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
  /** Where the user was sent last. */
  sentTo: URL | undefined;
  /** Every token it was given. */
  readonly given: Tokens[] = [];
  readonly #refreshes: boolean;
  #client: { client_id: string } | undefined;
  #verifier = '';
  #found: object | undefined;

  /** @param refreshes whether refresh tokens are remembered; default yes */
  constructor({ refreshes = true } = {}) {
    this.#refreshes = refreshes;
  }

  readonly clientInformation = () => this.#client as never;
  readonly saveClientInformation = (client: { client_id: string }) => void (this.#client = client);
  readonly tokens = () => this.given.at(-1) as never;
  readonly saveTokens = ({ refresh_token: refresh, ...tokens }: Tokens) =>
    void this.given.push({ ...tokens, ...(this.#refreshes && refresh ? { refresh_token: refresh } : {}) });
  readonly redirectToAuthorization = (url: URL) => void (this.sentTo = url);
  readonly saveCodeVerifier = (verifier: string) => void (this.#verifier = verifier);
  readonly codeVerifier = () => this.#verifier;
  readonly saveDiscoveryState = (state: object) => void (this.#found = state);
  readonly discoveryState = () => this.#found as never;
}
