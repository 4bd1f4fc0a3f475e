/** Something is wrong, in words that are read out at once. */
import { Alert, type AlertProps } from '@mantine/core';

export function Wrong(props: AlertProps) {
  return <Alert color="red" variant="default" role="alert" className="problem" {...props} />;
}
