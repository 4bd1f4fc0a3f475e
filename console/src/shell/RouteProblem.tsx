/** What is shown where a page could not be opened at all: the server away, or a part of the console not there any more. */
import { Container } from '@mantine/core';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { Problem } from './Problem.tsx';

export function RouteProblem(props: ErrorComponentProps) {
  return (
    <Container component="main" size="sm" py="xl">
      <PageProblem {...props} />
    </Container>
  );
}

/** The same where the way to the other pages stands around it. */
export function PageProblem({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  return <Problem error={error} onRetry={again} />;
}
