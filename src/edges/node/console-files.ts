/**
 * The files of the console, as they were built: an allow-list made at the first request, kept in memory, compressed once.
 *
 * Guarantees: no path leads to a file that was not listed; what a browser keeps for ever has its hash in its name.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { FOR_EVER, OF_NOW, PAGE_HEAD } from '../admin/page-head.ts';
import type { Visit } from '../http/front.ts';
import { refuse } from '../http/replies.ts';

interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly isHashed: boolean;
  /** By encoding; made when they are asked for first. */
  readonly packed: Map<Encoding, Promise<Uint8Array>>;
}

type Encoding = 'br' | 'gzip';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  webp: 'image/webp',
  woff2: 'font/woff2',
};
const TEXT = /^(?:text|application)\/|svg/;
/** As Vite names what it built. */
const HASHED = /^assets\/.*-[\w-]{8}\.\w+$/;
/** Of the page; more is a mistake of whoever built it. */
const MOST_FILES = 500;
/** Good enough, and quick: it is done while somebody waits. */
const QUALITY = 6;

/** Where the console is, seen from this file: beside the bundle, in the library, or built beside the sources. */
const PLACES = ['../console', './console', '../../console', '../../../dist/console'];

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

export class ConsoleFiles {
  #files: Promise<ReadonlyMap<string, PageFile>> | undefined;

  readonly serve = async (visit: Visit): Promise<void> => {
    const { request, responder, front } = visit;
    // What the page names is seen from its folder.
    if (request.path === '/console')
      return responder.reply(308, { location: `${front.basePath}/console/`, 'cache-control': OF_NOW });
    this.#files ??= filesIn(folderOf());
    const files = await this.#files;
    const file = files.get(request.path.slice('/console/'.length) || 'index.html');
    if (file) return reply(visit, file);
    const built =
      files.size > 0
        ? 'There is no such file of the console.'
        : 'The console was not built: run npm run build.';
    refuse(responder, 'not_found', built);
  };
}

async function reply({ request, responder }: Visit, file: PageFile): Promise<void> {
  const encoding = TEXT.test(file.type) ? encodingFor(request.header('accept-encoding') ?? '') : undefined;
  const bytes = encoding ? await packed(file, encoding) : file.bytes;
  responder.note?.({ vary: 'Origin, Accept-Encoding' });
  responder.reply(
    200,
    {
      ...PAGE_HEAD,
      'content-type': file.type,
      'cache-control': file.isHashed ? FOR_EVER : OF_NOW,
      ...(encoding ? { 'content-encoding': encoding } : {}),
    },
    bytes,
  );
}

function encodingFor(accepted: string): Encoding | undefined {
  if (/\bbr\b(?!;q=0(?:\.0*)?(?:,|$))/.test(accepted)) return 'br';
  return /\bgzip\b(?!;q=0(?:\.0*)?(?:,|$))/.test(accepted) ? 'gzip' : undefined;
}

function packed(file: PageFile, encoding: Encoding): Promise<Uint8Array> {
  const known = file.packed.get(encoding);
  if (known) return known;
  const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY };
  const made = encoding === 'br' ? brotli(file.bytes, { params }) : zip(file.bytes);
  file.packed.set(encoding, made);
  return made;
}

/** Undefined where it was not built. Its own sources have a page, too, but nothing that was built. */
function folderOf(): string | undefined {
  return PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) =>
    existsSync(join(path, 'assets')),
  );
}

async function filesIn(folder: string | undefined): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  if (folder === undefined) return files;
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of found.slice(0, MOST_FILES)) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1).replaceAll('\\', '/');
    const type = TYPES[name.split('.').at(-1) ?? ''];
    if (type === undefined) continue;
    files.set(name, { type, bytes: await readFile(path), isHashed: HASHED.test(name), packed: new Map() });
  }
  return files;
}
