-- | The frame around the back office's pages.
module Retail.Office.Shell (component) where

import Prelude

import Data.Array (filter)
import Data.Foldable (for_)
import Data.Maybe (Maybe(..), isJust)
import Effect.Class (liftEffect)
import Halogen as H
import Halogen.HTML as HH
import Halogen.HTML.Properties as HP
import Retail.Address (href, watchAddress)
import Retail.Api.Types (Me)
import Retail.AppM (AppM)
import Retail.Capability.Shared (changes)
import Retail.Component.Frame (bar)
import Retail.Component.Html (classes, waiting)
import Retail.Data.Local (countLocal)
import Retail.Data.May (Permission(..), may)
import Retail.Office.Page.Catalogue as Catalogue
import Retail.Office.Page.Orders as Orders
import Retail.Office.Page.Purchasing as Purchasing
import Retail.Office.Page.Sales as Sales
import Retail.Office.Page.Sessions as Sessions
import Retail.Office.Page.Stock as Stock
import Retail.Office.Page.StockTake as StockTake
import Retail.Office.Page.Transfers as Transfers
import Retail.Office.Page.Value as Value
import Retail.Office.Route (Route(..), path, routes, title)
import Retail.Page.Login as Login
import Retail.Session (findMe, logOut, remember)
import Retail.Store (Store, emptyStore)
import Type.Proxy (Proxy(..))

-- | `unconfirmed`: sales that the till of this browser has still to send.
type State = { route :: Route, store :: Store, ready :: Boolean, unconfirmed :: Int }

data Action = Start | Went Route | Changed Store | LogOut

type Slot = forall query. H.Slot query Void Unit

type Slots =
  ( login :: Slot
  , catalogue :: Slot
  , stock :: Slot
  , purchasing :: Slot
  , transfers :: Slot
  , stockTake :: Slot
  , orders :: Slot
  , value :: Slot
  , sales :: Slot
  , sessions :: Slot
  )

component :: forall query input output. H.Component query input output AppM
component = H.mkComponent
  { initialState: \_ -> { route: Catalogue, store: emptyStore, ready: false, unconfirmed: 0 }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: State -> H.ComponentHTML Action Slots AppM
render state@{ route, store, ready } = HH.div [ classes "shell office" ] case store.me of
  _ | not ready -> [ waiting "Asking the server who is logged in…" ]
  Nothing -> [ HH.slot_ (Proxy :: _ "login") unit Login.component unit ]
  Just me -> [ header me state, page route me ]

page :: Route -> Me -> H.ComponentHTML Action Slots AppM
page route me = case route of
  Catalogue -> HH.slot_ (Proxy :: _ "catalogue") unit Catalogue.component me
  Stock -> HH.slot_ (Proxy :: _ "stock") unit Stock.component me
  Purchasing -> HH.slot_ (Proxy :: _ "purchasing") unit Purchasing.component me
  Transfers -> HH.slot_ (Proxy :: _ "transfers") unit Transfers.component me
  StockTake -> HH.slot_ (Proxy :: _ "stockTake") unit StockTake.component me
  Orders -> HH.slot_ (Proxy :: _ "orders") unit Orders.component me
  Sales -> HH.slot_ (Proxy :: _ "sales") unit Sales.component me
  Value -> HH.slot_ (Proxy :: _ "value") unit Value.component me
  Sessions -> HH.slot_ (Proxy :: _ "sessions") unit Sessions.component me

-- | A page that would be refused is not in the way.
allowed :: Me -> Route -> Boolean
allowed me = case _ of
  Catalogue -> true
  Stock -> true
  Purchasing -> may me HandleGoods
  Transfers -> may me HandleGoods
  StockTake -> may me HandleGoods
  Orders -> true
  Value -> may me ReadReports
  Sales -> may me ReadReports
  Sessions -> may me ReadReports

header :: forall w. Me -> State -> HH.HTML w Action
header me { route, store: { online }, unconfirmed } = bar
  { me
  , place: "Back office"
  , links:
      map link (filter (allowed me) routes) <> [ { to: "./", text: "Till", here: false } ]
  , who: HH.span_ [ HH.text me.staff.name ]
  , logOut: LogOut
  , online
  , waits: if unconfirmed == 0 then [] else [ HH.a [ HP.href "./#/queue" ] [ HH.text (show unconfirmed <> " sales wait in the till of this browser") ] ]
  }
  where
  link to = { to: href (path to), text: title to, here: to == route }

handle :: forall output. Action -> H.HalogenM State Action Slots output AppM Unit
handle = case _ of
  Start -> do
    emitter <- changes
    void (H.subscribe (Changed <$> emitter))
    watchAddress path routes (void <<< H.subscribe <<< map Went)
    unconfirmed <- liftEffect (countLocal "queue.")
    findMe
    H.modify_ _ { ready = true, unconfirmed = unconfirmed }
  Went route -> H.modify_ _ { route = route }
  Changed store -> do
    before <- H.gets _.store.me
    H.modify_ _ { store = store }
    -- Somebody has come.
    when (not (isJust before)) (for_ store.me remember)
  LogOut -> logOut
