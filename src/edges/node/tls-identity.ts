/** What a server shows of itself over TLS, now and after its files changed. */
import type { TlsFiles, TlsMaterial } from './tls.ts';

export class TlsIdentity {
  readonly files: TlsFiles;
  #material: TlsMaterial;

  private constructor(files: TlsFiles, material: TlsMaterial) {
    this.files = files;
    this.#material = material;
  }

  /** @throws TlsFault with one sentence */
  static async of(files: TlsFiles): Promise<TlsIdentity> {
    const { readTls } = await import('./tls.ts');
    return new TlsIdentity(files, await readTls(files));
  }

  get material(): TlsMaterial {
    return this.#material;
  }

  /**
   * Looks at the files again.
   * @returns what they hold now; undefined where that is what they held before
   * @throws TlsFault where they cannot be used: what they held before stays in force
   */
  async read(): Promise<TlsMaterial | undefined> {
    const { readTls } = await import('./tls.ts');
    const material = await readTls(this.files);
    if (material.digest === this.#material.digest) return undefined;
    this.#material = material;
    return material;
  }
}
