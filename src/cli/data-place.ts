/** Where the gateway of this folder keeps its things, told without a variable, file or command of its configuration. */
import { basename, dirname, resolve } from 'node:path';
import { outlineOf, type Outline } from '../config/outline.ts';
import { usage } from './exit.ts';
import type { Io } from './io.ts';
import { readText, wellKnownFile } from './load.ts';

export interface PlaceWords {
  readonly dataDir?: string | undefined;
  readonly config?: string | undefined;
}

export interface DataPlace {
  /** Absolute. */
  readonly folder: string;
  /** The configuration; undefined where there is none. */
  readonly outline: Outline | undefined;
}

/** @throws CliError, ConfigError when a configuration is named or found that cannot be read */
export async function dataPlace(io: Io, { dataDir, config }: PlaceWords): Promise<DataPlace> {
  // Of a variable that is not set nothing is left, and that is not this folder.
  if (dataDir?.trim() === '') throw usage('--data-dir names no folder; name one, or leave the option out.');
  const path = config === undefined ? await wellKnownFile(io.cwd) : resolve(io.cwd, config);
  const file = config ?? (path && basename(path));
  const outline = path === undefined ? undefined : outlineOf(await readText(path, file), file ?? '');
  const typed = dataDir ?? (io.env['SLUICE_DATA_DIR']?.trim() || undefined);
  const written = resolve(path === undefined ? io.cwd : dirname(path), outline?.dataDir ?? '.sluice');
  return { folder: typed === undefined ? written : resolve(io.cwd, typed), outline };
}
