-- | The frame around the till's pages, and the work that goes on behind them: sending what waits.
module Retail.Till.Shell (component) where

import Prelude

import Control.Monad.Rec.Class (forever)
import Data.Array (length)
import Data.Foldable (for_, traverse_)
import Data.Maybe (Maybe(..), isJust, maybe)
import Data.Time.Duration (Milliseconds(..))
import Effect.Aff (delay)
import Effect.Aff.Class (liftAff)
import Effect.Class (liftEffect)
import Halogen as H
import Halogen.HTML as HH
import Halogen.HTML.Properties as HP
import Halogen.Query.Event (eventListener)
import Retail.Address (href, watchAddress)
import Retail.Api.Types (Me)
import Retail.AppM (AppM)
import Retail.Capability.Shared (changes)
import Retail.Component.Frame (bar)
import Retail.Component.Html (classes, waiting)
import Retail.Page.Login as Login
import Retail.Session (findMe, logOut, remember)
import Retail.Store (Store, emptyStore)
import Retail.Till.Catalogue (learnCatalogue, recallCatalogue)
import Retail.Till.Drawer (findDrawer)
import Retail.Till.Page.Drawer as Drawer
import Retail.Till.Page.OpenTill as OpenTill
import Retail.Till.Page.Queue as Queue
import Retail.Till.Page.Receipts as Receipts
import Retail.Till.Page.Sell as Sell
import Retail.Till.Page.Switch as Switch
import Retail.Till.Route (Route(..), path, routes)
import Retail.Till.Sync (flush, recall)
import Type.Proxy (Proxy(..))
import Web.Event.Event (EventType(..))
import Web.HTML (window)
import Web.HTML.Window as Window

type State = { route :: Route, store :: Store, ready :: Boolean }

data Action = Start | Went Route | Changed Store | Flush | LogOut

type Slot = forall query. H.Slot query Void Unit

type Slots =
  ( login :: Slot
  , openTill :: Slot
  , sell :: Slot
  , receipts :: Slot
  , drawer :: Slot
  , queue :: Slot
  , switch :: Slot
  )

component :: forall query input output. H.Component query input output AppM
component = H.mkComponent
  { initialState: \_ -> { route: Sell, store: emptyStore, ready: false }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: State -> H.ComponentHTML Action Slots AppM
render state@{ store, ready } = HH.div [ classes "shell" ] case store.me of
  _ | not ready -> [ waiting "Asking the server who is logged in…" ]
  Nothing -> [ HH.slot_ (Proxy :: _ "login") unit Login.component unit ]
  Just me -> [ header me state, page me state ]

page :: Me -> State -> H.ComponentHTML Action Slots AppM
page me { route, store } = case route, store.drawer of
  Queue, _ -> HH.slot_ (Proxy :: _ "queue") unit Queue.component { queued: store.queued, unread: store.unread }
  Switch, _ -> HH.slot_ (Proxy :: _ "switch") unit Switch.component me
  _, Nothing -> HH.slot_ (Proxy :: _ "openTill") unit OpenTill.component me
  Receipts, Just drawer -> HH.slot_ (Proxy :: _ "receipts") unit Receipts.component { me, drawer }
  Drawer, Just drawer -> HH.slot_ (Proxy :: _ "drawer") unit Drawer.component { me, drawer }
  Sell, Just drawer -> HH.slot_ (Proxy :: _ "sell") unit Sell.component { me, drawer, resumed: store.resumed }

header :: forall w. Me -> State -> HH.HTML w Action
header me { route, store: { drawer, online, queued, unread } } = bar
  { me
  , place: maybe "" _.till.name drawer
  , links:
      [ link Sell "Till"
      , link Receipts "Receipts"
      , link Drawer "Drawer"
      , { to: "office.html", text: "Back office", here: false }
      ]
  , who: HH.a [ HP.href (href (path Switch)) ] [ HH.text me.staff.name ]
  , logOut: LogOut
  , online
  , waits: if waiting' == 0 then [] else [ HH.a [ HP.href (href (path Queue)) ] [ HH.text (show waiting' <> " not confirmed yet") ] ]
  }
  where
  waiting' = length queued + unread
  link to text = { to: href (path to), text, here: to == route }

handle :: forall output. Action -> H.HalogenM State Action Slots output AppM Unit
handle = case _ of
  Start -> do
    emitter <- changes
    void (H.subscribe (Changed <$> emitter))
    watchAddress path routes (void <<< H.subscribe <<< map Went)
    recall
    target <- liftEffect (Window.toEventTarget <$> window)
    void (H.subscribe (eventListener (EventType "online") target (\_ -> Just Flush)))
    findMe
    H.modify_ _ { ready = true }
    every 3.0 flush
    -- Prices change while a till stays open for days.
    every 1800.0 (H.gets _.store.me >>= traverse_ learnCatalogue)
  Went route -> H.modify_ _ { route = route }
  Changed store -> do
    before <- H.gets _.store.me
    H.modify_ _ { store = store }
    -- Somebody has come.
    when (not (isJust before)) (for_ store.me arrive)
  Flush -> flush
  LogOut -> logOut

-- | Again and again, with so many seconds between.
every :: forall output. Number -> H.HalogenM State Action Slots output AppM Unit -> H.HalogenM State Action Slots output AppM Unit
every seconds work = void (H.fork (forever (liftAff (delay (Milliseconds (seconds * 1000.0))) *> work)))

arrive :: forall output. Me -> H.HalogenM State Action Slots output AppM Unit
arrive me = do
  remember me
  recallCatalogue me
  findDrawer me
  void (H.fork (learnCatalogue me))
