-- | The frame around the pages: who is here, where one can go, what waits.
module Retail.Component.Shell (component) where

import Prelude

import Control.Monad.Rec.Class (forever)
import Data.Array (filter, length, null)
import Data.Either (Either(..))
import Data.Foldable (for_)
import Data.Maybe (Maybe(..), fromMaybe, isJust)
import Data.Time.Duration (Milliseconds(..))
import Effect.Aff (delay)
import Effect.Aff.Class (liftAff)
import Effect.Class (liftEffect)
import Halogen as H
import Halogen.HTML as HH
import Halogen.HTML.Events as HE
import Halogen.HTML.Properties as HP
import Halogen.HTML.Properties.ARIA as ARIA
import Halogen.Query.Event (eventListener)
import Halogen.Subscription as HS
import Retail.AppM (AppM)
import Retail.Api.Request as Request
import Retail.Api.Types (Me)
import Retail.Capability.Api (ask)
import Retail.Capability.Shared (changes, share)
import Retail.Catalogue (learnCatalogue)
import Retail.Component.Html (classes, waiting)
import Retail.Data.Fault (Fault(..))
import Retail.Api.Codec (meCodec)
import Retail.Data.Local (readLocal, removeLocal, writeLocal)
import Retail.Data.Route (Route(..), href, routeCodec)
import Retail.Drawer (findDrawer)
import Retail.Page.Catalogue as Catalogue
import Retail.Page.Drawer as Drawer
import Retail.Page.Login as Login
import Retail.Page.OpenTill as OpenTill
import Retail.Page.Queue as Queue
import Retail.Page.Receipts as Receipts
import Retail.Page.Reports as Reports
import Retail.Page.Sell as Sell
import Retail.Page.Stock as Stock
import Retail.Page.Switch as Switch
import Retail.Store (Store, emptyStore)
import Retail.Sync (flush, recall)
import Routing.Duplex (parse)
import Routing.Hash (matchesWith)
import Type.Proxy (Proxy(..))
import Web.Event.Event (EventType(..))
import Web.HTML (window)
import Web.HTML.Window as Window

type State = { route :: Route, store :: Store, known :: Boolean, ready :: Boolean }

data Action = Start | Went Route | Changed Store | Flush | LogOut

type Slot = forall query. H.Slot query Void Unit

type Slots =
  ( login :: Slot
  , openTill :: Slot
  , sell :: Slot
  , catalogue :: Slot
  , stock :: Slot
  , reports :: Slot
  , receipts :: Slot
  , drawer :: Slot
  , queue :: Slot
  , switch :: Slot
  )

component :: forall query input output. H.Component query input output AppM
component = H.mkComponent
  { initialState: \_ -> { route: Sell, store: emptyStore, known: false, ready: false }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: State -> H.ComponentHTML Action Slots AppM
render state@{ store, ready } = HH.div [ classes "shell" ] case store.me of
  _ | not ready -> [ waiting "Asking the server who is logged in…" ]
  Nothing -> [ HH.slot_ (Proxy :: _ "login") unit Login.component unit ]
  Just me -> [ bar me state, page me state ]

page :: Me -> State -> H.ComponentHTML Action Slots AppM
page me { route, store } = case route, store.drawer of
  Queue, _ -> HH.slot_ (Proxy :: _ "queue") unit Queue.component store.queued
  Catalogue, _ -> HH.slot_ (Proxy :: _ "catalogue") unit Catalogue.component me
  Stock, _ -> HH.slot_ (Proxy :: _ "stock") unit Stock.component me
  Reports, _ -> HH.slot_ (Proxy :: _ "reports") unit Reports.component me
  Switch, _ -> HH.slot_ (Proxy :: _ "switch") unit Switch.component me
  _, Nothing -> HH.slot_ (Proxy :: _ "openTill") unit OpenTill.component me
  Receipts, Just drawer -> HH.slot_ (Proxy :: _ "receipts") unit Receipts.component { me, drawer }
  Drawer, Just drawer -> HH.slot_ (Proxy :: _ "drawer") unit Drawer.component { me, drawer }
  _, Just drawer -> HH.slot_ (Proxy :: _ "sell") unit Sell.component { me, drawer, resumed: store.resumed }

bar :: forall w. Me -> State -> HH.HTML w Action
bar me { route, store } = HH.header [ classes "bar" ]
  [ HH.p [ classes "where" ]
      [ HH.strong_ [ HH.text me.organisation.name ]
      , HH.text (" " <> fromMaybe "" (_.till.name <$> store.drawer))
      ]
  , HH.nav [ ARIA.label "Pages" ] (map link pages)
  , HH.p [ classes "who" ]
      [ HH.a [ HP.href (href Switch) ] [ HH.text me.staff.name ]
      , HH.button [ classes "plain", HP.type_ HP.ButtonButton, HE.onClick \_ -> LogOut ] [ HH.text "Log out" ]
      ]
  , HH.p [ classes (if store.online then "state" else "state offline"), ARIA.role "status", ARIA.live "polite" ] (connection store)
  ]
  where
  link { to, text } = HH.a
    ([ HP.href (href to) ] <> filter (const (to == route)) [ HP.attr (HH.AttrName "aria-current") "page" ])
    [ HH.text text ]
  pages =
    [ { to: Sell, text: "Till" }
    , { to: Receipts, text: "Receipts" }
    , { to: Drawer, text: "Drawer" }
    , { to: Catalogue, text: "Catalogue" }
    , { to: Stock, text: "Stock" }
    , { to: Reports, text: "Reports" }
    ]

connection :: forall w i. Store -> Array (HH.HTML w i)
connection { online, queued } =
  (if online then [] else [ HH.text "The server does not answer. " ]) <>
    if null queued then [] else [ HH.a [ HP.href (href Queue) ] [ HH.text (show (length queued) <> " not confirmed yet") ] ]

handle :: forall output. Action -> H.HalogenM State Action Slots output AppM Unit
handle = case _ of
  Start -> do
    emitter <- changes
    void (H.subscribe (Changed <$> emitter))
    { emitter: routes, listener } <- liftEffect HS.create
    void (H.subscribe routes)
    void (liftEffect (matchesWith (parse routeCodec) \_ route -> HS.notify listener (Went route)))
    recall
    target <- liftEffect (Window.toEventTarget <$> window)
    void (H.subscribe (eventListener (EventType "online") target (\_ -> Just Flush)))
    answer <- ask Request.me
    case answer of
      Right me -> share _ { me = Just me }
      Left NoAnswer -> do
        remembered <- liftEffect (readLocal meCodec "me")
        share _ { me = remembered }
      Left _ -> liftEffect (removeLocal "me")
    H.modify_ _ { ready = true }
    void (H.fork (forever (liftAff (delay (Milliseconds 3000.0)) *> flush)))
  Went route -> H.modify_ _ { route = route }
  Changed store -> do
    before <- H.gets _.store.me
    H.modify_ _ { store = store }
    -- Somebody has come.
    when (not (isJust before)) (for_ store.me arrive)
  Flush -> flush
  LogOut -> do
    void (ask Request.logOut)
    liftEffect (removeLocal "me")
    share _ { me = Nothing, drawer = Nothing }

arrive :: forall output. Me -> H.HalogenM State Action Slots output AppM Unit
arrive me = do
  liftEffect (writeLocal meCodec "me" me)
  findDrawer me
  void (H.fork (learnCatalogue me))
