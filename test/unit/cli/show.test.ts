import { describe, expect, test } from 'vitest';
import { ProgressView } from '../../../src/cli/client/progress.ts';
import { renderResult, show } from '../../../src/cli/client/render.ts';
import { FakeIo } from './fake-io.ts';

describe('a result as text', () => {
  test('every block on its own', () => {
    const content = [
      { type: 'text', text: 'one\ntwo' },
      { type: 'image', mimeType: 'image/png', data: 'AAAA' },
      { type: 'resource_link', uri: 'file:///x', name: 'x' },
      { type: 'resource', resource: { uri: 'file:///y', text: 'inside' } },
      { type: 'resource', resource: { uri: 'file:///z', mimeType: 'a/b', blob: 'AAA=' } },
      { type: 'new', what: 1 },
    ];
    expect(renderResult({ content })).toBe(
      [
        'one\ntwo',
        '[image image/png, 3 bytes; use --json to get it]',
        'file:///x  x',
        'inside',
        '[resource file:///z a/b, 2 bytes; use --json to get it]',
        '{"type":"new","what":1}',
        '',
      ].join('\n'),
    );
  });

  test('structured content alone is shown as JSON', () => {
    expect(renderResult({ content: [], structuredContent: { a: 1 } })).toBe('{\n  "a": 1\n}\n');
  });

  test('cannot steer a terminal, and is untouched for programs', () => {
    const io = new FakeIo();
    show(io, 'a\u001b[2Jb\n');
    io.outIsTerminal = true;
    show(io, 'a\u001b[2Jb\n');
    expect(io.said.out).toBe('a\u001b[2Jb\na\uFFFD[2Jb\n');
  });
});

describe('progress', () => {
  test('is plain lines where nobody looks', () => {
    const io = new FakeIo();
    const view = new ProgressView(io);
    view.show({ progress: 1, total: 4, message: 'one\ntwo\u001b' });
    view.show({ progress: 2 });
    view.end();
    expect(io.said.err).toBe('progress 1/4 one\uFFFDtwo\uFFFD\nprogress 2\n'.replace('\uFFFDtwo', ' two'));
  });

  test('[CLI-CALL-PROGRESS] is a bar on a terminal, taken away at the end', () => {
    const io = new FakeIo();
    io.errIsTerminal = true;
    const view = new ProgressView(io);
    view.show({ progress: 1, total: 4 });
    view.show({ progress: 9, total: 4 });
    view.show({ progress: 1, total: 0 });
    view.end();
    view.end();
    const bars = io.said.err.split('\r\u001b[K');
    expect(bars).toEqual([
      '',
      `[${'#'.repeat(6)}${'-'.repeat(18)}] 1/4`,
      `[${'#'.repeat(24)}] 9/4`,
      `[${'-'.repeat(24)}] 1/0`,
      '',
    ]);
  });

  test('never breaks a line', () => {
    const io = new FakeIo();
    io.errIsTerminal = true;
    new ProgressView(io).show({ progress: 1, total: 2, message: 'x'.repeat(500) });
    expect(io.said.err.length).toBe(4 + 79);
  });
});
