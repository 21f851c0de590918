/** A sound of a server: played by Web Audio, because the policy of the page takes no `data:` and no `blob:`. */
import { useEffect, useId, useState } from 'react';
import { bytes } from '../../format.ts';
import { plain } from '../../foreign.ts';
import { Button } from '../../parts/Button.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Text } from '../../parts/Text.tsx';
import { bytesOf } from './bytes.ts';
import { open, type Player } from './player.ts';

export function Sound({ data, mimeType }: { readonly data: string; readonly mimeType: string }) {
  const [player, setPlayer] = useState<Player | 'failed'>();
  const [, setTick] = useState(0);
  const id = useId();
  useEffect(() => {
    let opened: Player | undefined;
    let isWanted = true;
    const content = bytesOf(data);
    (content
      ? open(content, () => setTick((tick) => tick + 1))
      : Promise.reject(new Error('No base64.'))
    ).then(
      (made) => isWanted && setPlayer((opened = made)),
      () => isWanted && setPlayer('failed'),
    );
    return () => {
      isWanted = false;
      opened?.pause();
    };
  }, [data]);
  const isPlaying = player instanceof Object && player.isPlaying;
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setInterval(() => setTick((tick) => tick + 1), 100);
    return () => clearInterval(timer);
  }, [isPlaying]);

  const about = (
    <span className="text-sm text-soft">
      <Text value={mimeType} max={60} /> · {bytes((data.length * 3) / 4)}
    </span>
  );
  if (player === 'failed') {
    return (
      <p role="alert" className="flex flex-wrap gap-x-2">
        This sound cannot be decoded by this browser. {about}
      </p>
    );
  }
  if (!player) return <p className="text-soft">Decoding the sound…</p>;
  const turn = () => {
    if (player.isPlaying) player.pause();
    else void player.play().then(() => setTick((tick) => tick + 1));
    setTick((tick) => tick + 1);
  };
  return (
    <div
      role="group"
      aria-label={`Sound, ${plain(mimeType, 60)}`}
      className="flex flex-wrap items-center gap-3"
    >
      <Button onClick={turn} size="small">
        <Icon name={player.isPlaying ? 'pause' : 'play'} />
        {player.isPlaying ? 'Pause' : 'Play'}
      </Button>
      <label htmlFor={id} className="sr-only">
        Position
      </label>
      <input
        id={id}
        type="range"
        className="w-40"
        min={0}
        max={player.length}
        step={player.length / 200 || 1}
        value={player.position}
        aria-valuetext={`${seconds(player.position)} of ${seconds(player.length)}`}
        onChange={({ target }) =>
          void player.seek(Number(target.value)).then(() => setTick((tick) => tick + 1))
        }
      />
      <span className="text-sm">
        {seconds(player.position)} / {seconds(player.length)}
      </span>
      {about}
    </div>
  );
}

function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} s`;
}
