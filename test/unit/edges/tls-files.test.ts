/** Files of certificates: what is wrong with them, in one sentence, and what becomes of new ones. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readTls } from '../../../src/edges/node/tls.ts';
import { ConfigError } from '../../../src/config/problems.ts';
import { startGateway } from '../../../src/edges/node/start.ts';
import { certificate, type Certificate, fileOf } from '../../support/certificates.ts';
import { configured, serve } from '../../support/configured.ts';
import { SseClient } from '../../support/raw-clients.ts';
import { overTls, send } from '../../support/raw.ts';

const files = ({ certFile: cert, keyFile: key }: Certificate) => ({ cert, key });

const faultOf = (given: Parameters<typeof readTls>[0]) =>
  readTls(given).then(
    () => 'none',
    (error: Error) => error.message,
  );

describe('files of certificates', () => {
  it('[TLS-FILES] that cannot be used are named in one sentence that says why', async () => {
    const [one, other] = [await certificate('one'), await certificate('other')];
    const locked = await certificate('locked', { passphrase: 'open sesame' });
    const empty = fileOf('empty.pem', '');
    const good = files(one);
    const cases: readonly (readonly [Parameters<typeof readTls>[0], string])[] = [
      [{ ...good, cert: '/nowhere/cert.pem' }, 'tls.cert names /nowhere/cert.pem, which is not there.'],
      [{ ...good, key: '/' }, 'tls.key names /, which is a folder.'],
      [{ ...good, cert: '/dev/zero' }, 'tls.cert names /dev/zero, which is no ordinary file.'],
      [{ ...good, cert: empty }, `tls.cert names ${empty}, which holds no certificate in PEM.`],
      [{ ...good, cert: one.keyFile }, `tls.cert names ${one.keyFile}, which holds no certificate in PEM.`],
      [{ ...good, key: one.certFile }, `tls.key names ${one.certFile}, which holds no private key in PEM.`],
      [{ ...good, ca: empty }, `tls.ca names ${empty}, which holds no certificate in PEM.`],
      [
        { ...good, key: other.keyFile },
        `tls.key (${other.keyFile}) is not the key of the certificate in ${one.certFile}; name the one that is.`,
      ],
      [files(locked), `tls.key names ${locked.keyFile}, which is encrypted: give tls.passphrase.`],
      [
        { ...files(locked), passphrase: 'wrong' },
        `tls.key names ${locked.keyFile}, which does not open with tls.passphrase.`,
      ],
      [good, 'none'],
      [{ ...files(locked), passphrase: 'open sesame' }, 'none'],
    ];
    for (const [given, told] of cases) expect(await faultOf(given)).toBe(told);
  });

  it('[TLS-FILES] are told with their place when the gateway starts, and nothing of a key is', async () => {
    const one = await certificate('one');
    const config = configured(
      { mcpServers: {}, tls: { cert: one.certFile, key: '/nowhere/key.pem', passphrase: '${PASS}' } },
      { PASS: 'planted-passphrase' },
    );
    expect(config.secrets).toContain('planted-passphrase');
    const failed = startGateway(config, { logger: { warn: () => {} }, observer: {} });
    await expect(failed).rejects.toThrow(ConfigError);
    await expect(failed).rejects.toThrow(
      /^sluice\.json:1:\d+: tls\.key names \/nowhere\/key\.pem, which is not there\.$/,
    );
  });

  it('[TLS-EXPIRED] that ran out, or are not good yet, are used with a warning', async () => {
    const old = await certificate('old', { from: new Date(0), to: new Date(86_400_000) });
    expect((await readTls(files(old))).warnings).toEqual([
      expect.stringMatching(/^tls\.cert .* ran out on Jan +2 .*1970/),
    ]);
    const { warnings } = await readTls(files(await certificate('new')), 0);
    expect(warnings).toEqual([expect.stringMatching(/^tls\.cert .* is not good before /)]);
  });

  it('[TLS-FILES] belong together, which is told before anything is read', () => {
    const told = (tls: object, env: Record<string, string> = {}) => {
      try {
        return configured({ mcpServers: {}, tls }, env).tls;
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(told({})).toBeUndefined();
    expect(told({ cert: 'c' })).toMatch(/tls\.cert needs tls\.key/);
    expect(told({ key: 'k' })).toMatch(/tls\.key needs tls\.cert/);
    expect(told({ cert: 'c', key: 'k', clientCertificates: 'required' })).toMatch(/needs tls\.ca/);
    expect(told({}, { TLS_CERT_FILE: 'c' })).toMatch(/^TLS_CERT_FILE: tls\.cert needs tls\.key/);
    expect(told({}, { TLS_CERT_FILE: 'c', TLS_KEY_FILE: 'k', TLS_CA_FILE: 'a' })).toMatchObject({
      cert: 'c',
      key: 'k',
      ca: 'a',
      clientCertificates: 'required',
    });
  });
});

describe('certificates that are made anew', () => {
  async function shownAt(url: string): Promise<string> {
    const socket = connect({ port: Number(new URL(url).port), rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return String(subject.CN);
  }

  it('[TLS-RENEW] are shown without a restart, streams stay open, and broken ones are not taken over', async () => {
    const [first, second] = [await certificate('first'), await certificate('second')];
    const cert = fileOf('live.cert.pem', first.cert);
    const key = fileOf('live.key.pem', first.key);
    const warned: string[] = [];
    const config = configured({ mcpServers: { a: { builtin: 'aare' } }, tls: { cert, key } });
    const running = await startGateway(config, {
      logger: { warn: (text) => warned.push(text) },
      observer: {},
    });
    try {
      expect(running.url).toMatch(/^https:/);
      overTls({ ca: [first.cert, second.cert] });
      const stream = await SseClient.open(`${running.url}/sse`);
      expect(await shownAt(running.url)).toBe('first');
      writeFileSync(cert, second.cert);
      await running.renew();
      await running.renew();
      expect(warned).toEqual([
        expect.stringMatching(/is not the key of .* What was shown before still is\.$/),
      ]);
      expect(await shownAt(running.url)).toBe('first');
      writeFileSync(key, second.key);
      await running.reload(config);
      expect(await shownAt(running.url)).toBe('second');
      expect((await stream.ask({ jsonrpc: '2.0', id: 1, method: 'ping' })).result).toEqual({});
      expect(warned).toHaveLength(1);
    } finally {
      await running.stop();
    }
  });

  it('[TLS-URL] a gateway in the clear says http, and has nothing to renew', async () => {
    const running = await serve(configured({ mcpServers: {} }));
    expect(running.url).toMatch(/^http:/);
    await running.renew();
    expect((await send(`${running.url}/healthz`)).status).toBe(200);
  });
});
