/** Links within the console in Mantine's shapes, whose addresses and filters are held to the routes there are. */
import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';

type LinkProps = Pick<ComponentProps<'a'>, 'ref' | 'children' | 'onClick' | 'href'>;

export const AnchorLink = createLink((props: Omit<AnchorProps, 'children'> & LinkProps) => (
  <Anchor {...props} />
));

export const ButtonLink = createLink(
  (props: Omit<ButtonProps, 'children'> & LinkProps & { children?: ReactNode }) => (
    <Button component="a" {...props} />
  ),
);
