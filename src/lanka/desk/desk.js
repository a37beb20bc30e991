// The desk's islands. Each owns its element and nothing else.
import './parts/toast.js';
import './parts/times.js';
import './parts/menus.js';
import './parts/tips.js';
import './parts/presence.js';
import './palette/keys.js';
import './palette/palette.js';
import './live.js';
import './inbox/list.js';
import './inbox/route.js';
import './thread/thread.js';
import './thread/mail.js';
import './composer/composer.js';
import './person/history.js';
import './person/choices.js';
import './account/passkeys.js';

if ('serviceWorker' in navigator && location.pathname.startsWith('/desk/')) navigator.serviceWorker.register('/desk/worker.js', { scope: '/desk/' }).catch(() => {});
