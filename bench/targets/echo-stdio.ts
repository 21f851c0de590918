/**
 * The stdio server behind every gateway of the bench: no SDK, one write for all the lines that came in one
 * read, so that as little as possible of what is measured is its own.
 */
import { answerTo, bigText, LIST_CHANGED, type Request } from './echo.ts';

const NEWLINE = 10;
const announcement = `${JSON.stringify(LIST_CHANGED)}\n`;
let rest: Buffer = Buffer.alloc(0);
let bigAnswer: { bytes: number; tail: Buffer } | undefined;

process.stdin.on('data', (chunk: Buffer) => {
  const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
  const last = bytes.lastIndexOf(NEWLINE);
  rest = bytes.subarray(last + 1);
  if (last < 0) return;
  let out = '';
  for (const line of bytes.toString('utf8', 0, last).split('\n')) {
    if (line.length === 0) continue;
    const request = JSON.parse(line) as Request;
    const bytesAsked = request.params?.name === 'big' ? Number(request.params.arguments?.bytes) : -1;
    if (bytesAsked >= 0 && request.id !== undefined) {
      if (out.length > 0) process.stdout.write(out);
      out = '';
      process.stdout.write(answerBig(request.id, bytesAsked));
      continue;
    }
    const answer = answerTo(request, () => {
      out += announcement;
    });
    if (answer) out += `${JSON.stringify(answer)}\n`;
  }
  if (out.length > 0) process.stdout.write(out);
});
process.stdin.on('end', () => process.exit(0));

/** A large answer, made once and then only headed with another id: the child costs nearly nothing. */
function answerBig(id: number | string, bytes: number): Buffer {
  if (bigAnswer?.bytes !== bytes) {
    const resultType = process.env.BENCH_ERA === 'modern' ? { resultType: 'complete' } : {};
    const result = { ...resultType, content: [{ type: 'text', text: bigText(bytes) }] };
    bigAnswer = { bytes, tail: Buffer.from(`,"result":${JSON.stringify(result)}}\n`) };
  }
  return Buffer.concat([Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(id)}`), bigAnswer.tail]);
}
