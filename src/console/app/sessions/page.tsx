import { Empty } from '../parts/Empty.tsx';
import { PageHead } from '../parts/PageHead.tsx';

export default function Page() {
  return (
    <>
      <PageHead title="Sessions" />
      <Empty title="Not built yet." />
    </>
  );
}
