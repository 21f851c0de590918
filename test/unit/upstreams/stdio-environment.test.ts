import { describe, expect, it } from 'vitest';
import { childEnvironment } from '../../../src/upstreams/stdio-environment.ts';

describe('childEnvironment', () => {
  it('[SEC-ENV] takes harmless names of ours and what the entry names, nothing else', () => {
    const ours = {
      PATH: '/bin',
      HOME: '/home/a',
      LC_ALL: 'C',
      SLUICE_KEY: 'k',
      AWS_SECRET_ACCESS_KEY: 'k',
      NODE_OPTIONS: '--require evil',
      HTTP_PROXY: 'http://user:pass@proxy',
      NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    };
    expect(childEnvironment(ours, { API_KEY: 'x', HOME: '/else' }, 'linux')).toEqual({
      PATH: '/bin',
      HOME: '/else',
      LC_ALL: 'C',
      API_KEY: 'x',
      NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    });
  });

  it('leaves out functions that a shell exported', () => {
    expect(childEnvironment({ LC_X: '() { evil; }' }, {}, 'linux')).toEqual({});
  });

  it('compares names on Windows without case', () => {
    expect(childEnvironment({ Path: 'c:', SystemRoot: 'w', Secret: 's' }, {}, 'win32')).toEqual({
      Path: 'c:',
      SystemRoot: 'w',
    });
  });
});
