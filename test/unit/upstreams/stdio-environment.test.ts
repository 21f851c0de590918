import { describe, expect, it } from 'vitest';
import { childEnvironment, redactor } from '../../../src/upstreams/stdio-environment.ts';

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

describe('redactor', () => {
  it('[SEC-CHILD-SECRETS] takes out the values that an entry names, also one within another, and lines of long ones', () => {
    const redact = redactor({
      A: 'secret-token',
      B: 'secret-token-longer',
      DEBUG: '1',
      PEM: 'BEGIN\nabcdefghij\nEND',
    });
    expect(redact('bad key secret-token-longer or secret-token at 1: abcdefghij')).toBe(
      'bad key *** or *** at 1: ***',
    );
  });
});
