/** A picture of a server, drawn on a canvas: the policy of the page takes no `data:` and no `blob:`. */
import { useEffect, useRef, useState } from 'react';
import { bytes } from '../../format.ts';
import { plain } from '../../foreign.ts';
import { Text } from '../../parts/Text.tsx';
import { bytesOf } from './bytes.ts';

type State = { readonly at: 'drawing' | 'failed' } | { readonly at: 'drawn'; readonly size: string };

/** A larger canvas takes more memory than a page should. */
const MOST_PIXELS = 16_000_000;

export function Picture({ data, mimeType }: { readonly data: string; readonly mimeType: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<State>({ at: 'drawing' });
  useEffect(() => {
    let isWanted = true;
    draw(data, mimeType, () => (isWanted ? canvas.current : null)).then(
      (size) => isWanted && setState({ at: 'drawn', size }),
      () => isWanted && setState({ at: 'failed' }),
    );
    return () => {
      isWanted = false;
    };
  }, [data, mimeType]);
  const about = bytes((data.length * 3) / 4);
  return (
    <figure className="flex flex-col items-start gap-1">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Picture, ${plain(mimeType, 60)}${state.at === 'drawn' ? `, ${state.size}` : ''}`}
        hidden={state.at !== 'drawn'}
        className="max-h-96 max-w-full border border-line object-contain"
      />
      <figcaption className="text-sm text-soft">
        {state.at === 'failed' && <span role="alert">This picture cannot be drawn. </span>}
        <Text value={mimeType} max={60} /> · {state.at === 'drawn' && `${state.size} · `}
        {about}
      </figcaption>
    </figure>
  );
}

/** @returns its size in words */
async function draw(
  data: string,
  mimeType: string,
  canvasNow: () => HTMLCanvasElement | null,
): Promise<string> {
  const content = bytesOf(data);
  if (!content) throw new Error('It is no base64.');
  const bitmap = await createImageBitmap(new Blob([content], { type: mimeType }));
  const { width, height } = bitmap;
  const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (width * height)));
  const canvas = canvasNow();
  if (canvas) {
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    // One pixel is seen, too.
    canvas.style.width = width < 64 ? '64px' : '';
    canvas.style.imageRendering = width < 64 ? 'pixelated' : '';
  }
  bitmap.close();
  return `${width} × ${height}`;
}
