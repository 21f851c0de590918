/** Authorization servers that give the gateway tokens: a real one, and one that exchanges tokens (RFC 8693). */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';

export interface TokenServer {
  readonly url: string;
  /** Tokens given so far, in order. */
  readonly given: readonly string[];
  close(): Promise<void>;
}

export const CLIENT = { clientId: 'sluice', clientSecret: 'planted-client-secret' };

async function listening(answer: RequestListener): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** As much of `oidc-provider` as is used. */
interface Provider {
  callback(): RequestListener;
  on(event: string, listener: (token: { jti: string }) => void): void;
}

/** `oidc-provider` with one client, which gets opaque tokens of its own. */
export async function oidcProvider(): Promise<TokenServer> {
  const { Provider } = (await import('oidc-provider' as string)) as {
    Provider: new (issuer: string, options: object) => Provider;
  };
  let answer: RequestListener = () => {};
  const at = await listening((request, response) => answer(request, response));
  const provider = new Provider(at.url, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ['mcp'],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    ttl: { ClientCredentials: 600 },
  });
  const given: string[] = [];
  provider.on('client_credentials.saved', ({ jti }) => given.push(jti));
  answer = provider.callback();
  return { url: at.url, given, close: at.close };
}

export interface Exchanger extends TokenServer {
  /** The forms that came, in order. */
  readonly forms: readonly Record<string, string>[];
}

/** Speaks RFC 8693 to the one client, and names the subject in the token it gives. */
export async function exchanger(): Promise<Exchanger> {
  const given: string[] = [];
  const forms: Record<string, string>[] = [];
  const { clientId, clientSecret } = CLIENT;
  const basic = `Basic ${Buffer.from(`${clientId}:${encodeURIComponent(clientSecret).replaceAll('-', '%2D')}`).toString('base64')}`;
  const at = await listening((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => (body += text));
    request.on('end', () => {
      const say = (status: number, value: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (request.headers.authorization !== basic) return say(401, { error: 'invalid_client' });
      const form = Object.fromEntries(new URLSearchParams(body));
      forms.push(form);
      if (form['grant_type'] !== 'urn:ietf:params:oauth:grant-type:token-exchange')
        return say(400, { error: 'unsupported_grant_type' });
      const { sub } = decodeJwt(form['subject_token'] ?? '');
      if (sub === 'nobody') return say(400, { error: 'invalid_grant', error_description: 'planted details' });
      const token = `for-${sub}-${given.length + 1}`;
      given.push(token);
      say(200, {
        access_token: token,
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 600,
      });
    });
  });
  return { url: `${at.url}/token`, given, forms, close: at.close };
}
