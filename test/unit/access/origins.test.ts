import { describe, expect, it } from 'vitest';
import { OriginGuard, type OriginRules } from '../../../src/access/origins.ts';
import { workedMs } from '../../support/cpu.ts';

const guard = (rules: Partial<OriginRules> = {}) =>
  new OriginGuard({ hosts: [], origins: [], isLoopback: true, localPages: true, ...rules });

/** Names that are not of this machine, however they look. */
const LOOK_ALIKES = [
  'localhost.evil.com',
  'localhost.evil.com:8808',
  '127.0.0.1.evil.com',
  '127.0.0.1.nip.io',
  'evil.com',
  'evil.com:localhost',
  'evil-localhost',
  'notlocalhost',
  'localhost@evil.com',
  'localhost:80@evil.com',
  'localhost:8808.evil.com',
  'localhost:',
  'localhost:123456',
  'localhost:8o8o',
  'localhost:-1',
  'localhost, evil.com',
  'localhost/',
  'localhost#',
  ' localhost',
  '[::1].evil.com',
  '[::1]evil',
  '[::1]:80:90',
  '[::1',
  '::1',
  '[::2]',
  '[::ffff:127.0.0.1]',
  '0.0.0.0',
  '0',
  '127.1',
  '2130706433',
  '127.0.0.2',
  'localhost.',
  '',
  ':8808',
  '*',
  'null',
  'loca\u017fhost',
];

describe('the Host of a request', () => {
  it.each(['localhost', 'LOCALHOST', 'LocalHost:8808', '127.0.0.1', '127.0.0.1:1', '[::1]', '[::1]:65535'])(
    'of this machine is taken: %s',
    (host) => expect(guard().allowsHost(host)).toBe(true),
  );

  it.each(LOOK_ALIKES)('that only looks like it is refused: %j', (host) => {
    expect(guard().allowsHost(host)).toBe(false);
    expect(guard({ hosts: ['gw.example.com'], isLoopback: false }).allowsHost(host)).toBe(false);
  });

  it('that is missing is refused on loopback, and where hosts are listed', () => {
    expect(guard().allowsHost(undefined)).toBe(false);
    expect(guard({ isLoopback: false, hosts: ['a'] }).allowsHost(undefined)).toBe(false);
    expect(guard({ isLoopback: false }).allowsHost(undefined)).toBe(true);
  });

  it('[SEC-HOST] that we listen on is taken, and lists nothing', () => {
    const own = guard({ ownHost: '127.0.0.2' });
    expect(
      ['127.0.0.2', '127.0.0.2:8808', '127.0.0.3', 'x127.0.0.2'].map((host) => own.allowsHost(host)),
    ).toEqual([...[true, true, false, false]]);
    expect(guard({ ownHost: '[fd00::1]' }).allowsHost('[FD00::1]:1')).toBe(true);
    expect(guard({ ownHost: '192.168.1.5', isLoopback: false }).allowsHost('mybox.lan')).toBe(true);
    expect(guard({ ownHost: '192.168.1.5', isLoopback: false, hosts: ['a'] }).allowsHost('b')).toBe(false);
  });

  it('that is listed is taken with any port, or with the one that is listed', () => {
    const plain = guard({ hosts: ['GW.example.com'] });
    expect(plain.allowsHost('gw.EXAMPLE.com')).toBe(true);
    expect(plain.allowsHost('gw.example.com:8443')).toBe(true);
    expect(plain.allowsHost('gw.example.com.evil.com')).toBe(false);
    expect(plain.allowsHost('x.gw.example.com')).toBe(false);
    const ported = guard({ hosts: ['gw.example.com:8443'] });
    expect(ported.allowsHost('gw.example.com:8443')).toBe(true);
    expect(ported.allowsHost('gw.example.com:8444')).toBe(false);
    expect(ported.allowsHost('gw.example.com')).toBe(false);
  });

  it('may be any where all are allowed, or where everybody can reach us and none is listed', () => {
    for (const any of [guard({ hosts: ['*'] }), guard({ isLoopback: false })]) {
      expect(any.allowsHost('evil.com')).toBe(true);
    }
  });

  it('is judged anew after one that was taken', () => {
    const one = guard();
    expect(['localhost', 'evil.com', 'localhost', 'localhost:1'].map((host) => one.allowsHost(host))).toEqual(
      [true, false, true, true],
    );
  });
});

describe('the Origin of a request', () => {
  it('that is missing is none of a page elsewhere', () => {
    expect(guard().allowsOrigin(undefined)).toBe(true);
  });

  it.each([
    'http://localhost',
    'HTTP://LOCALHOST:3000',
    'https://localhost:8808',
    'http://127.0.0.1:6274',
    'http://[::1]:5173',
  ])('of this machine is taken: %s', (origin) => expect(guard().allowsOrigin(origin)).toBe(true));

  it.each([
    'null',
    'NULL',
    '',
    'localhost',
    '//localhost',
    'file://',
    'file:///localhost',
    'ftp://localhost',
    'chrome-extension://localhost',
    'http:localhost',
    'http:///localhost',
    'http://localhost/',
    'http://localhost/path',
    'http://localhost?x',
    'http://localhost#x',
    'http://localhost\\@evil.com',
    'http://localhost, http://evil.com',
    'http://evil.com http://localhost',
    'http://user@localhost',
    'http://localhost\n',
    ...LOOK_ALIKES.map((host) => `http://${host}`),
  ])('that only looks like it is refused: %j', (origin) => {
    expect(guard().allowsOrigin(origin)).toBe(false);
    expect(guard({ isLoopback: false }).allowsOrigin(origin)).toBe(false);
  });

  it('that is listed is taken, whole and alone', () => {
    const one = guard({ origins: ['https://App.example.com/'] });
    expect(one.allowsOrigin('https://app.example.com')).toBe(true);
    for (const other of [
      'http://app.example.com',
      'https://app.example.com:8443',
      'https://app.example.com.evil.com',
      'https://x.app.example.com',
    ]) {
      expect(one.allowsOrigin(other)).toBe(false);
    }
  });

  it('may be any where all are allowed', () => {
    const any = guard({ origins: ['*'] });
    expect([any.allowsOrigin('https://evil.com'), any.allowsOrigin('null')]).toEqual([true, true]);
  });

  it('is judged in time however long it is', () => {
    const long = `http://${'localhost:'.repeat(100_000)}`;
    const start = workedMs();
    expect(guard().allowsOrigin(long)).toBe(false);
    expect(guard().allowsHost(long)).toBe(false);
    expect(workedMs() - start).toBeLessThan(1_000);
  });
});
