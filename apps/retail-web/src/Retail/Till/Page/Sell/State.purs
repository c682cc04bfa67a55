-- | The till's counter: what is in the cart, and how far the sale has come.
module Retail.Till.Page.Sell.State (Action(..), Handle, Input, Payment, Receipt(..), Stage(..), State, due, initial, cashOnly) where

import Prelude

import Data.Array (all)
import Data.Maybe (Maybe(..))
import Halogen (HalogenM)
import Retail.Api.Types (Me, Method(..), PricedCart, Sale, Scan, Tender)
import Retail.AppM (AppM)
import Retail.Component.Html (Notice)
import Retail.Data.Cart (Basket, emptyBasket)
import Retail.Data.Queue (Queued)
import Retail.Store (OpenDrawer)
import Web.Event.Event (Event)
import Web.UIEvent.KeyboardEvent (KeyboardEvent)

type Input = { me :: Me, drawer :: OpenDrawer, resumed :: Maybe Sale }

data Stage
  = Ringing
  -- | What was typed, and whether it is for the whole cart.
  | Discounting { text :: String, whole :: Boolean }
  -- | How much of the chosen line.
  | Measuring String
  | Paying Payment
  | Paid Receipt

-- | The ids are made once, so that every further try is the same sale.
type Payment =
  { saleId :: String
  , key :: String
  , editKey :: String
  , tenders :: Array Tender
  , amount :: String
  , terminal :: String
  }

data Receipt = Booked Sale | Kept Queued PricedCart

type State =
  { me :: Me
  , drawer :: OpenDrawer
  -- | A sale that the server knows already, because it was parked.
  , sale :: Maybe Sale
  , basket :: Basket
  , priced :: Maybe PricedCart
  , offline :: Boolean
  , turn :: Int
  , selected :: Int
  , entry :: String
  , found :: Array Scan
  , stage :: Stage
  , busy :: Maybe String
  , said :: Maybe Notice
  }

data Action
  = Start
  | Key KeyboardEvent
  | Entry String
  | EntryDone Event
  | Take Scan
  | Select Int
  | More Int Number
  | Remove Int
  | AskQuantity
  | QuantityText String
  | QuantityDone Event
  | AskDiscount
  | DiscountText String
  | DiscountWhole Boolean
  | DiscountDone Event
  | Park
  | Drop
  | Pay
  | Amount String
  | Terminal String
  | GiveCash Number
  | CashDone Event
  | ChargeCard
  | Untender Int
  | Back
  | Print
  | Next

initial :: Input -> State
initial { me, drawer, resumed } =
  { me
  , drawer
  , sale: resumed
  , basket: emptyBasket
  , priced: Nothing
  , offline: false
  , turn: 0
  , selected: 0
  , entry: ""
  , found: []
  , stage: Ringing
  , busy: Nothing
  , said: Nothing
  }

type Handle a = forall slots output. HalogenM State Action slots output AppM a

due :: State -> Number
due { priced } = case priced of
  Just { total } -> total
  Nothing -> 0.0

cashOnly :: Array Tender -> Boolean
cashOnly = all (\{ method } -> method == MethodCash)
