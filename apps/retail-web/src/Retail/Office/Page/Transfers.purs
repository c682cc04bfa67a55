-- | Goods on their way from one location to another.
module Retail.Office.Page.Transfers (component) where

import Prelude

import Data.Array (filter, head, null)
import Data.Foldable (for_)
import Data.Maybe (Maybe(..), fromMaybe)
import Data.Traversable (traverse)
import Data.Tuple (Tuple(..))
import Foreign.Object as Object
import Halogen as H
import Retail.Api.Request as Request
import Retail.Api.Types (LocationId(..), Me, Transfer, TransferState(..))
import Retail.AppM (AppM)
import Retail.Capability.Api (ask)
import Retail.Component.Html (Notice(..))
import Retail.Component.Page (answered, complain, once, stay)
import Retail.Data.Form (emptyForm, typed)
import Retail.Data.Quantity (readCount)
import Retail.Office.Lines (addPicked, goodsOf, lineOf, quantityText)
import Retail.Office.Page.Transfers.View (Action(..), Draft, Slots, State, arrivedField, reasonField, render)
import Retail.Office.Places (choosePlace, listHere, noPlaces, placeText, withPlaces)

type Handle a = forall output. H.HalogenM State Action Slots output AppM a

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState: { me: _, places: noPlaces, heads: Nothing, shown: Nothing, draft: Nothing, form: emptyForm, key: "", said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

handle :: Action -> Handle Unit
handle = case _ of
  Start -> withPlaces list
  Choose place -> do
    choosePlace place
    H.modify_ _ { shown = Nothing, draft = Nothing, said = Nothing }
    list
  Show { transferId } -> do
    answer <- ask (Request.readTransfer transferId)
    answered answer present
  New -> H.modify_ \state@{ places } -> state
    { shown = Nothing
    , draft = Just { of: Nothing, to: fromMaybe "" (head (filter (\one -> Just one /= map placeText places.here) (map placeText places.all))), lines: [] }
    , said = Nothing
    }
  To text -> change _ { to = text }
  Pick picked -> change \draft -> draft { lines = addPicked picked draft.lines }
  Lines lines -> change _ { lines = lines }
  Save -> save (done "The draft is kept.")
  Send -> save \{ head: { transferId } } -> do
    answer <- once (Request.sendTransfer transferId)
    answered answer (done "Sent. It is on its way until somebody receives it.")
  Cancel { transferId } -> do
    answer <- once (Request.cancelTransfer transferId)
    answered answer (done "Cancelled.")
  Set name text -> H.modify_ \state -> state { form = Object.insert name text state.form }
  Receive event -> stay event *> receive

list :: Handle Unit
list = listHere Request.listTransfers \some -> H.modify_ _ { heads = Just some }

change :: (Draft -> Draft) -> Handle Unit
change edit = H.modify_ \state -> state { draft = map edit state.draft }

-- | A draft is shown in its editor.
present :: Transfer -> Handle Unit
present transfer@{ head, lines } = H.modify_ _
  { shown = Just transfer
  , draft =
      if head.state == TransferStateDraft then Just { of: Just head, to: locationText head.destinationId, lines: map (\line -> lineOf line "") lines }
      else Nothing
  , form = Object.fromFoldable (map (\{ variantId, quantity } -> Tuple (arrivedField variantId) (quantityText quantity)) lines)
  , said = Nothing
  }
  where
  locationText (LocationId text) = text

done :: String -> Transfer -> Handle Unit
done words transfer = do
  present transfer
  H.modify_ _ { said = Just (Good words) }
  list

-- | Keeps the draft at the server, and goes on.
save :: (Transfer -> Handle Unit) -> Handle Unit
save next = do
  { places, draft } <- H.get
  case places.here, draft of
    Just { locationId }, Just { of: before, to, lines } -> case goodsOf lines of
      Nothing -> complain "Each quantity is a number, such as 12."
      Just goods -> do
        answer <- once case before of
          Nothing -> Request.addTransfer { sourceId: locationId, destinationId: LocationId to, lines: goods }
          Just { transferId, version } -> Request.editTransfer transferId { lines: goods, version }
        answered answer \transfer -> present transfer *> next transfer
    _, _ -> pure unit

receive :: Handle Unit
receive = do
  { shown, form } <- H.get
  for_ shown \{ head: { transferId }, lines } -> case traverse (arrived form) lines of
    Just some | not (null some) -> do
      answer <- once (Request.receiveTransfer transferId { lines: some })
      answered answer (done "Received, and in the stock of this location.")
    _ -> complain "What has arrived is a number for each line; 0 if nothing came."
  where
  arrived form { variantId, quantity } = line <$> readCount (typed (arrivedField variantId) form)
    where
    line received = { variantId, received, reason: if received == quantity then Nothing else Just (typed (reasonField variantId) form) }
