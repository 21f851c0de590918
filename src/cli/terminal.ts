/** The terminal as a whole screen: taken, drawn upon, and given back however the command ends. */
import process from 'node:process';

export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /**
   * Takes the screen, and the keys one by one; what was there before comes back with what is returned.
   * @param onKey what a key sends; not told of Ctrl-C, which is a signal as always
   */
  take(onKey: (key: string) => void, onResize: () => void): () => void;
  /** The screen from its first line on; the rest of it is emptied. */
  draw(lines: readonly string[]): void;
}

/** Another screen, no cursor, and lines that are too long are cut rather than broken. */
const TAKE = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J';
const GIVE_BACK = '\u001b[?7h\u001b[?25h\u001b[?1049l';
/** Shown at once, where the terminal can do that. */
const BEGIN = '\u001b[?2026h\u001b[H';
const END = '\u001b[J\u001b[?2026l';
const CTRL_C = '\u0003';
/** As shells count it: 128 + SIGHUP. */
const HUNG_UP = 129;

export function processTerminal(): Terminal {
  const { stdin, stdout } = process;
  return {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    take(onKey, onResize) {
      let isTaken = true;
      const giveBack = () => {
        if (!isTaken) return;
        isTaken = false;
        process.off('exit', giveBack);
        process.off('SIGHUP', hangUp);
        stdout.off('resize', onResize);
        unlisten();
        stdout.write(GIVE_BACK);
      };
      const hangUp = () => {
        giveBack();
        process.exit(HUNG_UP);
      };
      stdout.write(TAKE);
      const unlisten = listen(onKey);
      process.on('exit', giveBack);
      process.on('SIGHUP', hangUp);
      stdout.on('resize', onResize);
      return giveBack;
    },
    draw(lines) {
      stdout.write(`${BEGIN}${lines.map((line) => `${line}\u001b[K`).join('\r\n')}${END}`);
    },
  };

  function listen(onKey: (key: string) => void): () => void {
    if (!stdin.isTTY) return () => {};
    const hear = (chunk: Buffer) => {
      const key = chunk.toString();
      if (key.includes(CTRL_C)) process.kill(process.pid, 'SIGINT');
      else onKey(key);
    };
    stdin.setRawMode(true);
    stdin.on('data', hear);
    stdin.resume();
    return () => {
      stdin.off('data', hear);
      stdin.setRawMode(false);
      stdin.pause();
    };
  }
}
