import { useEffect, useState } from 'preact/hooks';
import { Home } from './components/home.tsx';
import { LessonView } from './components/lesson-view.tsx';
import { PreJoin } from './components/pre-join.tsx';
import { exposeForDebugging } from './debug-handle.ts';
import { useTexts } from './language/language-context.tsx';
import { Lesson } from './lesson.ts';
import { LocalMedia } from './media/local-media.ts';
import type { Preferences } from './preferences.ts';
import type { Route } from './route.ts';

interface AppProps {
  readonly route: Route;
  readonly preferences: Preferences;
}

/** The page for the address. */
export function App({ route, preferences }: AppProps) {
  return route.page === 'home' ? (
    <Home badCode={route.badCode} />
  ) : (
    <LessonPage route={route} preferences={preferences} />
  );
}

interface LessonPageProps {
  readonly route: Extract<Route, { page: 'lesson' }>;
  readonly preferences: Preferences;
}

/** Before and in the lesson of a class code. */
function LessonPage({ route, preferences }: LessonPageProps) {
  const texts = useTexts();
  const [local] = useState(() => new LocalMedia(preferences));
  const [joined, setJoined] = useState<{ lesson: Lesson; name: string } | undefined>(undefined);

  const join = (name: string) => {
    const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
    const url = `${scheme}://${window.location.host}/signal`;
    const lesson = new Lesson({ url, code: route.code, name, reception: route.reception, local });
    if (route.debug) exposeForDebugging(lesson);
    lesson.start();
    setJoined({ lesson, name });
  };

  useEffect(() => {
    void local.open();
    const name = route.name ?? preferences.get('name');
    if (route.joinAtOnce && name !== undefined) join(name);
    return () => local.close();
    // Once: route and preferences never change while the page stands.
  }, []);

  useEffect(() => {
    document.title = `${texts.preJoin.title(route.code)} – Classbridge`;
  }, [texts, route.code]);

  if (joined !== undefined) {
    const rejoin = () => {
      void local.open();
      join(joined.name);
    };
    return <LessonView lesson={joined.lesson} local={local} preferences={preferences} rejoin={rejoin} />;
  }
  const joinAs = (name: string) => {
    preferences.set('name', name);
    join(name);
  };
  return <PreJoin code={route.code} name={route.name ?? preferences.get('name') ?? ''} local={local} join={joinAs} />;
}
