/** Plays sounds by Web Audio: play, pause, seek. One context for the page; browsers give only few. */

let context: AudioContext | undefined;

export class Player {
  readonly #buffer: AudioBuffer;
  readonly #context: AudioContext;
  readonly #onEnded: () => void;
  #source: AudioBufferSourceNode | undefined;
  /** Where in the sound it stands, and when by the clock of the context it began to play from there. */
  #from = 0;
  #begunAt = 0;

  constructor(context: AudioContext, buffer: AudioBuffer, onEnded: () => void) {
    this.#context = context;
    this.#buffer = buffer;
    this.#onEnded = onEnded;
  }

  /** In seconds. */
  get length(): number {
    return this.#buffer.duration;
  }

  get isPlaying(): boolean {
    return this.#source !== undefined;
  }

  /** In seconds. */
  get position(): number {
    const played = this.#source ? this.#context.currentTime - this.#begunAt : 0;
    return Math.min(this.length, this.#from + played);
  }

  async play(): Promise<void> {
    if (this.#source) return;
    if (this.#from >= this.length) this.#from = 0;
    await this.#context.resume();
    const source = this.#context.createBufferSource();
    source.buffer = this.#buffer;
    source.connect(this.#context.destination);
    source.addEventListener('ended', () => {
      if (this.#source !== source) return;
      this.#source = undefined;
      this.#from = this.length;
      this.#onEnded();
    });
    this.#begunAt = this.#context.currentTime;
    source.start(0, this.#from);
    this.#source = source;
  }

  pause(): void {
    this.#from = this.position;
    const source = this.#source;
    this.#source = undefined;
    source?.stop();
  }

  /** @param seconds from the beginning */
  async seek(seconds: number): Promise<void> {
    const wasPlaying = this.isPlaying;
    this.pause();
    this.#from = Math.max(0, Math.min(seconds, this.length));
    if (wasPlaying) await this.play();
  }
}

/** Rejects where the browser cannot decode it. */
export async function open(content: Uint8Array<ArrayBuffer>, onEnded: () => void): Promise<Player> {
  context ??= new AudioContext();
  const buffer = await context.decodeAudioData(content.buffer.slice(0));
  return new Player(context, buffer, onEnded);
}
