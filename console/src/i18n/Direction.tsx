/** Tells Mantine from which side one reads, whenever the language changes. */
import { DirectionProvider, useDirection } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { directionOf } from './languages.ts';

export function Direction({ children }: { children: ReactNode }) {
  return (
    <DirectionProvider detectDirection={false}>
      <Follow />
      {children}
    </DirectionProvider>
  );
}

function Follow() {
  const { i18n } = useTranslation();
  const { setDirection } = useDirection();
  useEffect(() => setDirection(directionOf(i18n.language)), [i18n.language, setDirection]);
  return null;
}
