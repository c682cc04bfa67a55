-- | Counting what is on the shelves. A scanner counts one piece after another; what it counted goes to the server behind
-- it, one request at a time, and stays here until it is answered.
module Retail.Office.Page.StockTake (component) where

import Prelude

import Data.Array (any, cons, filter, find, head, nub, snoc, take)
import Data.Either (Either(..))
import Data.Foldable (for_)
import Data.Maybe (Maybe(..), fromMaybe)
import Data.Time.Duration (Milliseconds(..))
import Effect.Aff (delay)
import Effect.Aff.Class (liftAff)
import Halogen as H
import Retail.Api.Request as Request
import Retail.Api.Types (Me, StockTake, StockTakeId, StockTakeState(..), VariantId)
import Retail.AppM (AppM)
import Retail.Capability.Api (ask)
import Retail.Capability.Pages (allPages)
import Retail.Component.Html (Notice(..))
import Retail.Component.Page (answered, complain, focus, once, sayFault, stay)
import Retail.Data.Fault (Fault(..))
import Retail.Data.Quantity (readCount)
import Retail.Office.Lines (quantityText)
import Retail.Office.Page.StockTake.View (Action(..), Slots, State, render)
import Retail.Office.Places (choosePlace, listHere, noPlaces, withPlaces)

type Handle a = forall output. H.HalogenM State Action Slots output AppM a

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState:
      { me: _
      , places: noPlaces
      , takes: Nothing
      , shown: Nothing
      , lines: []
      , unsent: []
      , sending: false
      , chosen: Nothing
      , typed: ""
      , recent: []
      , differences: Nothing
      , key: ""
      , said: Nothing
      }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

handle :: Action -> Handle Unit
handle = case _ of
  Start -> withPlaces list
  Choose place -> do
    choosePlace place
    H.modify_ _ { shown = Nothing, said = Nothing }
    list
  Begin -> do
    { places } <- H.get
    for_ places.here \{ locationId } -> do
      answer <- once (Request.startStockTake { locationId, variants: [] })
      answered answer present
  Show one -> present one
  Pick { variantId, name, count } -> case count of
    Nothing -> H.modify_ _ { chosen = Just { variantId, name }, typed = "", said = Nothing } *> focus "counted"
    Just more -> do
      before <- H.gets (countOf variantId)
      counted variantId name (fromMaybe 0.0 before + more)
  Typed text -> H.modify_ _ { typed = text }
  Enter event -> do
    stay event
    { chosen, typed } <- H.get
    for_ chosen \{ variantId, name } -> case readCount typed of
      Nothing -> complain "A count is a number, such as 12; 0 if there is none."
      Just number -> do
        H.modify_ _ { chosen = Nothing }
        focus "pick"
        counted variantId name number
  Drop -> H.modify_ _ { chosen = Nothing, differences = Nothing } *> focus "pick"
  Differences -> differences
  Finish { stockTakeId } -> do
    answer <- once (Request.finishStockTake stockTakeId)
    answered answer \one -> present one *> list *> H.modify_ _ { said = Just (Good "Finished. The stock is what was counted.") }
  Cancel { stockTakeId } -> do
    answer <- once (Request.cancelStockTake stockTakeId)
    answered answer \_ -> H.modify_ _ { shown = Nothing, said = Just (Good "Given up. Nothing was booked.") } *> list

list :: Handle Unit
list = listHere Request.listStockTakes \some -> H.modify_ _ { takes = Just some }

present :: StockTake -> Handle Unit
present one = do
  H.modify_ _ { shown = Just one, lines = [], unsent = [], recent = [], chosen = Nothing, differences = Nothing, said = Nothing }
  if one.state == StockTakeStateCounting then loadLines one.stockTakeId else differences

loadLines :: StockTakeId -> Handle Unit
loadLines wanted = do
  answer <- allPages (Request.listStockTakeLines wanted)
  answered answer \lines -> H.modify_ _ { lines = lines }

differences :: Handle Unit
differences = do
  { shown } <- H.get
  for_ shown \{ stockTakeId } -> do
    answer <- allPages (Request.listDifferences stockTakeId)
    answered answer \some -> H.modify_ _ { differences = Just some }

-- | What this count has for an article so far.
countOf :: VariantId -> State -> Maybe Number
countOf wanted { unsent, lines } = case find (\one -> one.variantId == wanted) unsent of
  Just { counted: number } -> Just number
  Nothing -> find (\one -> one.variantId == wanted) lines >>= _.counted

counted :: VariantId -> String -> Number -> Handle Unit
counted variantId name number = do
  H.modify_ \state -> state
    { unsent = snoc (filter (\one -> one.variantId /= variantId) state.unsent) { variantId, name, counted: number }
    , recent = take 20 (nub (cons variantId state.recent))
    , differences = Nothing
    , said = Just (Good (name <> ": " <> quantityText number))
    }
  { sending } <- H.get
  unless sending do
    H.modify_ _ { sending = true }
    send
    H.modify_ _ { sending = false }

-- | One article after the other, until nothing is left. What has changed on its way goes again.
send :: Handle Unit
send = do
  { unsent, shown, lines } <- H.get
  case head unsent, shown of
    Just one@{ variantId }, Just { stockTakeId } -> do
      let version = fromMaybe 0.0 (_.version <$> find (\line -> line.variantId == variantId) lines)
      answer <- ask (Request.enterCounts stockTakeId { counts: [ { variantId, counted: one.counted, version } ] })
      case answer of
        Right some -> do
          H.modify_ \state -> state
            { unsent = filter (_ /= one) state.unsent
            , lines = filter (\line -> not (any (\new -> new.variantId == line.variantId) some)) state.lines # (some <> _)
            }
          send
        Left NoAnswer -> do
          H.modify_ _ { said = Just (Bad "The server does not answer. What was counted is kept here and sent when it does.") }
          liftAff (delay (Milliseconds 3000.0))
          send
        -- Somebody else has counted it: their count is read, and this one is to be made again.
        Left fault -> do
          said <- sayFault fault
          H.modify_ \state -> state { unsent = filter (_ /= one) state.unsent, said = said }
          loadLines stockTakeId
          send
    _, _ -> pure unit
