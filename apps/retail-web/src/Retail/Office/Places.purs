-- | Which location the back office looks at; the pages share the choice.
module Retail.Office.Places (Places, noPlaces, withPlaces, listHere, choosePlace, placeSelect, placeName, placeText, placeOptions) where

import Prelude

import Data.Array (find, head)
import Data.Codec.Argonaut (string)
import Data.Foldable (for_)
import Data.Maybe (Maybe(..), maybe)
import Data.Tuple (Tuple(..))
import Effect.Class (liftEffect)
import Halogen as H
import Halogen.HTML as HH
import Retail.Api.Request (Request)
import Retail.Api.Request as Request
import Retail.Api.Types (Location, LocationId(..), Me)
import Retail.AppM (AppM)
import Retail.Capability.Api (ask)
import Retail.Capability.Pages (Page, Wanted, allPages)
import Retail.Component.Html (Notice, selectField)
import Retail.Component.Page (answered)
import Retail.Data.Local (readLocal, writeLocal)
import Retail.Data.Shop (ofShop)

type Places = { all :: Array Location, here :: Maybe Location }

noPlaces :: Places
noPlaces = { all: [], here: Nothing }

placeText :: Location -> String
placeText { locationId: LocationId text } = text

placeName :: Places -> LocationId -> String
placeName { all } wanted = maybe "" _.name (find (\{ locationId } -> locationId == wanted) all)

type Handle state action slots output = H.HalogenM { me :: Me, places :: Places, said :: Maybe Notice | state } action slots output AppM Unit

-- | Asks for the locations, and goes on.
withPlaces :: forall state action slots output. Handle state action slots output -> Handle state action slots output
withPlaces next = do
  me <- H.gets _.me
  remembered <- liftEffect (readLocal string (ofShop "place" me))
  answer <- ask Request.listLocations
  answered answer \all -> do
    let known = find (\one -> Just (placeText one) == remembered) all
    H.modify_ _ { places = { all, here: maybe (head all) Just known } }
    next

-- | Lists what is at the chosen location, a page after another. If another one was chosen meanwhile, it is thrown away.
listHere
  :: forall item state action slots output
   . (LocationId -> Wanted -> Request (Page item))
  -> (Array item -> Handle state action slots output)
  -> Handle state action slots output
listHere request use = do
  { here } <- H.gets _.places
  for_ here \{ locationId } -> do
    answer <- allPages (request locationId)
    answered answer \some -> do
      now <- H.gets _.places.here
      when (now == here) (use some)

choosePlace :: forall state action slots output. String -> Handle state action slots output
choosePlace text = do
  { me, places } <- H.get
  liftEffect (writeLocal string (ofShop "place" me) text)
  H.modify_ _ { places = places { here = find (\one -> placeText one == text) places.all } }

placeOptions :: Array Location -> Array (Tuple String String)
placeOptions = map (\one -> Tuple (placeText one) one.name)

placeSelect :: forall w i. Places -> (String -> i) -> HH.HTML w i
placeSelect { all, here } = selectField "location" "Location" (maybe "" placeText here) (placeOptions all)
